import { randomBytes } from 'node:crypto';
import type { PolicyInput } from '@sparekey/policy';
import { createTestDatabase } from '@sparekey/testing';
import { type Acme, createAcme, type Person as Known, totpOf } from '../../src/testing/acme.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { SparekeyVisitor } from './sparekey-visitor.ts';
import type { Person, Target, Tokens } from './target.ts';

/** Sparekey as the target, with what only its own tests may see. */
export interface Sparekey extends Target {
  readonly acme: Acme;
  readonly provider: HostedProvider;
}

/** People in a hurry: no network waits, however often the tests fail on purpose. */
const patient: PolicyInput = { lockout: { networkFailuresPerHour: 100_000 } };

export async function sparekey(policy: PolicyInput = {}, log?: (line: string) => void): Promise<Sparekey> {
  const database = await createTestDatabase();
  const acme = await createAcme(database.url, randomBytes(32), { ...patient, ...policy });
  const { storage, realm } = acme;
  const provider = await startHostedProvider({ storage }, { sms: true, ...(log === undefined ? {} : { log }) });
  const issuer = `${provider.origin}/realms/${realm.name}`;
  let cheap: string | undefined;
  const known = new WeakMap<Person, Known['id']>();

  async function token(form: Record<string, string>): Promise<{ status: number; tokens: Tokens }> {
    const headers = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` };
    const body = new URLSearchParams(form);
    const response = await fetch(`${issuer}/protocol/openid-connect/token`, { method: 'POST', headers, body });
    return { status: response.status, tokens: (await response.json()) as Tokens };
  }

  return {
    issuer,
    acme,
    provider,
    token,
    accountPages: accountPages.map((page) => `${issuer}/account${page}`),
    visitor: () => new SparekeyVisitor({ origin: provider.origin, realm: realm.name, token }),
    async person(having) {
      const made = await acme.person(having);
      // As cheap as every hash of this provider: what is attacked here is not the hash.
      cheap ??= await provider.engine.hash(made.password);
      await storage.stores.passwords.set(realm.id, made.id, cheap);
      let used = 0;
      const totp = () => {
        used = Math.max(used + 1, Math.floor(Date.now() / 30_000));
        return totpOf(made, used);
      };
      const person = { ...made, totp };
      known.set(person, made.id);
      return person;
    },
    async setEnabled(person, enabled) {
      const id = known.get(person);
      const user = id && (await storage.stores.users.byId(realm.id, id));
      if (!user) throw new Error(`${person.username} is not of this target`);
      await storage.stores.users.update({ ...user, enabled });
    },
    async expireCodes(person) {
      await storage.database.count({
        name: 'test_expire_codes',
        text: `update backup_code_set set expires_at = now() - interval '1 second' where user_id = $1`,
        values: [known.get(person)],
      });
    },
    async close() {
      await provider.close();
      await acme.close();
      await database.drop();
    },
  };
}

const accountPages = [
  '',
  '/profile',
  '/password',
  '/authenticators/new',
  '/passkeys/new',
  '/backup-codes',
  '/activity',
  '/applications',
  '/delete',
];
