import { randomBytes } from 'node:crypto';
import type { RealmId, UserId } from '@sparekey/contracts';
import { createFactors, createHashEngine, type FactorKind } from '@sparekey/factors';
import { defaultPolicy } from '@sparekey/policy';
import { openStorage } from '@sparekey/storage';
import { peppers } from '../../src/compose.ts';

/** What the test asks of a spender. */
export interface Proof {
  realmId: RealmId;
  userId: UserId;
  factor: FactorKind;
  input: string;
  /** How many times it is spent at once. */
  times: number;
}

/** What a spender answers: first that it has checked and waits, then what came of it. */
export type Answer =
  | { kind: 'checked'; matched: boolean }
  | { kind: 'spent'; accepted: number; used: number; other: string[] };

const CONNECTIONS = 20;

// One of several processes that spend one proof: it is checked once, and spent many times at once on a word of the test.
const storage = await openStorage({
  databaseUrl: process.argv[2] ?? '',
  masterKey: Buffer.from(process.argv[3] ?? '', 'base64'),
  poolSize: CONNECTIONS,
});
const factors = createFactors({
  engine: createHashEngine({ random: randomBytes }),
  peppers: peppers(storage.keyring),
  site: { rpId: 'localhost', origin: 'http://localhost' },
  clock: () => new Date(),
  random: randomBytes,
  sentCodeKey: storage.keyring.deriveKey('sent-code'),
});
const tell = (answer: Answer): void => {
  process.send?.(answer);
};

let spend = async (): Promise<void> => {};

async function prepare({ realmId, userId, factor, input, times }: Proof): Promise<void> {
  const check = await factors.of(factor).check(storage.stores, { realmId, userId, policy: defaultPolicy }, input);
  const spendOnce = (): Promise<string> =>
    storage.transaction(async (stores) => {
      if (!check.matched) throw new Error(check.reason);
      const verdict = await check.spend(stores);
      // As in the journey: what records the success commits with it or not at all.
      if (verdict.accepted) {
        await stores.audit.append({
          type: factor === 'totp' ? 'totp.attempted' : 'backup_code.consumed',
          realmId,
          actor: { kind: 'user', id: userId },
          subject: userId,
          outcome: 'success',
        });
      }
      return verdict.accepted ? 'accepted' : verdict.reason;
    });
  spend = async () => {
    const results: string[] = [];
    let left = times;
    // More at once than there are connections would only queue in this process.
    const lane = async (): Promise<void> => {
      while (left-- > 0) results.push(await spendOnce().catch(String));
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    tell({
      kind: 'spent',
      accepted: results.filter((result) => result === 'accepted').length,
      used: results.filter((result) => result === 'used').length,
      other: results.filter((result) => result !== 'accepted' && result !== 'used'),
    });
  };
  tell({ kind: 'checked', matched: check.matched });
}

process.on('message', (message: Proof | 'spend') => {
  void (message === 'spend' ? spend() : prepare(message));
});
process.once('disconnect', () => void storage.close());
