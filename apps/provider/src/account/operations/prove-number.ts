import type { SignInUid } from '@sparekey/contracts';
import type { Stores } from '@sparekey/storage';
import { type Acting, byPerson } from './acting.ts';

export type NumberProof = 'proven' | { refused: 'wrong' | 'stale' } | { waitSeconds: number | undefined };

class Stale extends Error {}

/**
 * Tries a code that was sent to a number, in the order that is safe: counted and committed first, then checked, then
 * spent together with what it allows. When `then` says false, nothing was spent.
 */
export async function proveNumber(
  acting: Acting,
  { signInUid, input }: { signInUid: SignInUid; input: string },
  then: (stores: Stores) => Promise<boolean>,
): Promise<NumberProof> {
  const { services, realm, person, policy, origin } = acting;
  const { storage, factors, attempts } = services;
  const realmId = realm.realm.id;
  const login = person.username;
  const gate = await attempts.begin({ realmId, policy, factor: 'sms', userId: person.id, login, ip: origin.ip });
  if (!gate.allowed) return { waitSeconds: gate.stopped ? undefined : gate.waitSeconds };
  const check = await factors.sms.check(storage.stores, { realmId, userId: person.id, policy, signInUid }, input);
  if (check.matched) {
    try {
      const spent = await storage.transaction(async (stores) => {
        if (!(await check.spend(stores)).accepted) return false;
        if (!(await then(stores))) throw new Stale();
        return true;
      });
      if (spent) {
        await gate.succeeded();
        return 'proven';
      }
    } catch (error) {
      if (error instanceof Stale) return { refused: 'stale' };
      throw error;
    }
  }
  await storage.transaction(async ({ audit }) => {
    const { failures } = gate;
    await audit.append({ ...byPerson(acting), type: 'sms.attempted', outcome: 'failure', detail: { failures } });
    await gate.failed(audit, { actor: { kind: 'user', id: person.id }, origin });
  });
  return gate.waitSeconds > 0 ? { waitSeconds: gate.waitSeconds } : { refused: 'wrong' };
}
