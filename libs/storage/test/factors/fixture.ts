import { randomBytes } from 'node:crypto';
import type { RealmId } from '@sparekey/contracts';
import {
  createFactors,
  createHashEngine,
  type Factors,
  type HashEngine,
  type Holder,
  type Peppers,
} from '@sparekey/factors';
import { type Policy, type PolicyInput, policySchema } from '@sparekey/policy';
import { createTestDatabase } from '../../../testing/src/index.ts';
import { openStorage, type Storage } from '../../src/index.ts';

/** Cheap evaluations: these tests count them, others measure them. */
const cheap = { memoryKib: 64, iterations: 1, parallelism: 1 };

/** Who we are to authenticators. */
export const SITE = { rpId: 'localhost', origin: 'http://localhost:8080' };

export const NAMES = { issuer: 'Acme', account: 'ann' };

/** The factors on a real database, with a clock that stands still until it is set. */
export interface FactorsOnPostgres {
  storage: Storage;
  factors: Factors;
  engine: HashEngine;
  realmId: RealmId;
  policy: Policy;
  peppers: Map<string, Buffer>;
  now: Date;
  /** A new person of the realm. */
  person(): Promise<Holder>;
  /** The same, as a name that nobody has. */
  nobody(): { realmId: RealmId; userId: undefined; policy: Policy };
  /** What `work` costs in slow hashes. */
  evaluationsOf(work: () => Promise<unknown>): Promise<number>;
  /** Another process: its own connections, factors and engine on the same database. */
  another(pepper?: Peppers['current']): Promise<{ storage: Storage; factors: Factors }>;
  close(): Promise<void>;
}

export async function factorsOnPostgres(settings: PolicyInput = {}): Promise<FactorsOnPostgres> {
  const database = await createTestDatabase();
  const masterKey = randomBytes(32);
  const policy = policySchema.parse(settings);
  const opened: Storage[] = [];
  const peppers = new Map([['pepper-1', randomBytes(32)]]);
  const byId = (id: string) => peppers.get(id);
  const pepper: Peppers['current'] = { id: 'pepper-1', key: byId('pepper-1') ?? Buffer.alloc(0) };

  async function process(current: Peppers['current'] = pepper) {
    const storage = await openStorage({ databaseUrl: database.url, masterKey });
    opened.push(storage);
    const engine = createHashEngine({ random: randomBytes, parameters: cheap, queueLimit: 2000 });
    const factors = createFactors({
      engine,
      peppers: { current, byId },
      site: SITE,
      clock: () => here.now,
      random: randomBytes,
      sentCodeKey: masterKey,
    });
    return { storage, engine, factors };
  }

  const first = await process();
  const { engine, storage } = first;
  const realm = await storage.stores.realms.create({ name: 'acme', enabled: true, policy, attributes: {} });
  let people = 0;

  const here: FactorsOnPostgres = {
    ...first,
    realmId: realm.id,
    policy,
    peppers,
    now: new Date(),
    async person() {
      const { id } = await storage.stores.users.create({
        realmId: realm.id,
        username: `person-${people++}`,
        emailVerified: false,
        phoneNumberVerified: false,
        enabled: true,
        attributes: {},
        requiredActions: [],
      });
      return { realmId: realm.id, userId: id, policy };
    },
    nobody: () => ({ realmId: realm.id, userId: undefined, policy }),
    async evaluationsOf(work) {
      const before = engine.stats.evaluations;
      await work();
      return engine.stats.evaluations - before;
    },
    another: process,
    async close() {
      for (const one of opened) await one.close();
      await database.drop();
    },
  };
  return here;
}
