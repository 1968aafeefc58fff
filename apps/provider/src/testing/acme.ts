import { createHmac, randomBytes } from 'node:crypto';
import type { UserId } from '@sparekey/contracts';
import { createFactors, createHashEngine, type Factors } from '@sparekey/factors';
import { type PolicyInput, policySchema } from '@sparekey/policy';
import type { Realm } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { peppers } from '../compose.ts';
import { addClient, addKey, addUser } from './storage.ts';

/** Someone of realm acme with everything they know and have. */
export interface Person {
  id: UserId;
  username: string;
  email: string;
  password: string;
  totpSecret: Buffer;
  /** Formatted as they were shown. */
  codes: string[];
}

/** Realm acme on the database of some provider processes, seen from the test: a third process. */
export interface Acme {
  storage: Storage;
  realm: Realm;
  /** With the product's peppers; hashes made by them are cheap, and stay cheap wherever they are checked. */
  factors: Factors;
  /** A new person with password, authenticator app and confirmed backup codes, as far as wanted. */
  person(options?: { enabled?: boolean; totp?: boolean; codes?: boolean }): Promise<Person>;
  /** A confirmed new set in place of the one before. */
  freshCodes(person: Person): Promise<void>;
  /** Names of the statements that were sent by this process during `work`, in alphabetical order. */
  statementsOf(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Sets made here cost almost nothing to check, in every process, since a set carries its own parameters: what races is
 * then the single use and not the argon2 in front of it.
 */
const CHEAP = { memoryKib: 64, iterations: 1, parallelism: 1 };
const PASSWORD = 'correct horse battery staple';

/** Makes realm acme with the application `app`. */
export async function createAcme(databaseUrl: string, masterKey: Buffer, policy: PolicyInput = {}): Promise<Acme> {
  let sent: string[] = [];
  const onStatement = (name: string) => void sent.push(name);
  const storage = await openStorage({ databaseUrl, masterKey, poolSize: 5, onStatement });
  const realm = await storage.stores.realms.create({
    name: 'acme',
    enabled: true,
    policy: policySchema.parse(policy),
    attributes: {},
  });
  await addKey(storage, realm, 'ES256');
  await addClient(storage, realm, { clientId: 'app' });
  const engine = createHashEngine({ random: randomBytes, parameters: CHEAP, queueLimit: 2000 });
  const factors = createFactors({
    engine,
    peppers: peppers(storage.keyring),
    site: { rpId: 'localhost', origin: 'http://localhost' },
    clock: () => new Date(),
    random: randomBytes,
    sentCodeKey: storage.keyring.deriveKey('sent-code'),
  });
  // Of full cost, or the first sign-in of each would renew it.
  const phc = await createHashEngine({ random: randomBytes }).hash(PASSWORD);
  let people = 0;

  async function freshCodes(person: Person): Promise<void> {
    const holder = { realmId: realm.id, userId: person.id, policy: realm.policy };
    const { codes } = await factors.backupCode.generate(storage.stores, holder);
    const check = await factors.backupCode.checkPending(storage.stores, holder, codes[0] ?? '');
    if (!check.matched) throw new Error(`a new set does not take its own code: ${check.reason}`);
    await storage.transaction((stores) => check.confirm(stores));
    person.codes = codes;
  }

  return {
    storage,
    realm,
    factors,
    freshCodes,
    async person({ enabled = true, totp = true, codes = totp } = {}) {
      const username = `person-${people++}`;
      const user = await addUser(storage, realm, { username, enabled });
      await storage.stores.passwords.set(realm.id, user.id, phc);
      const totpSecret = randomBytes(20);
      if (totp) {
        await storage.stores.totp.add(realm.id, user.id, {
          label: 'Phone',
          secret: totpSecret,
          algorithm: 'sha1',
          digits: 6,
          periodSeconds: 30,
          lastStep: 0,
          driftSteps: 0,
          confirmedAt: new Date(),
        });
      }
      const email = `${username}@example.com`;
      const person = { id: user.id, username, email, password: PASSWORD, totpSecret, codes: [] };
      if (codes) await freshCodes(person);
      return person;
    },
    async statementsOf(work) {
      sent = [];
      await work();
      return sent.toSorted();
    },
    close: () => storage.close(),
  };
}

/** What the authenticator app shows now (RFC 6238), written apart from the product's. */
export function totpOf({ totpSecret }: Pick<Person, 'totpSecret'>, step = Math.floor(Date.now() / 30_000)): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', totpSecret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
