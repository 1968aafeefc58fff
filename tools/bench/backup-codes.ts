import { randomBytes } from 'node:crypto';
import { createFactors, createHashEngine } from '@sparekey/factors';
import { defaultPolicy } from '@sparekey/policy';
import { openStorage } from '@sparekey/storage';
import argon2 from 'argon2';
import { median, pairedRatio } from './measure.ts';

/** CPU of the whole process for one call, in milliseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface BackupCodeCost {
  argon2Ms: number;
  hitMs: number;
  missMs: number;
  tenMs: number;
  /** Attempt over one argon2 call; the worse of hit and miss. */
  overOne: number;
  /** Ten salted hashes over one attempt. */
  cheaperThanTen: number;
}

/** A backup-code attempt (look-up, one argon2, HMAC, search; nothing spent) beside one argon2 call and ten salted ones. */
export async function backupCodeCost(databaseUrl: string, masterKey: Buffer, rounds: number): Promise<BackupCodeCost> {
  const storage = await openStorage({ databaseUrl, masterKey });
  const engine = createHashEngine({ random: randomBytes });
  const pepper = { id: 'bench', key: randomBytes(32) };
  const factors = createFactors({
    engine,
    peppers: { current: pepper, byId: () => pepper.key },
    site: { rpId: 'localhost', origin: 'http://localhost' },
    clock: () => new Date(),
    sentCodeKey: randomBytes(32),
    random: randomBytes,
  });
  try {
    const holder = await storage.transaction(async (stores) => {
      const realm = await stores.realms.create({ name: 'codes', enabled: true, policy: defaultPolicy, attributes: {} });
      const person = await stores.users.create({
        realmId: realm.id,
        username: 'holder',
        emailVerified: false,
        phoneNumberVerified: false,
        enabled: true,
        attributes: {},
        requiredActions: [],
      });
      return { realmId: realm.id, userId: person.id, policy: defaultPolicy };
    });
    const { stores } = storage;
    const { codes } = await factors.backupCode.generate(stores, holder);
    const [code = ''] = codes;
    const check = await factors.backupCode.checkPending(stores, holder, code);
    if (!check.matched) throw new Error('a code that was just made is not recognised');
    await storage.transaction((tx) => check.confirm(tx));

    const owasp = { type: argon2.argon2id as 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
    const salt = randomBytes(16);
    const taken = { one: [] as number[], hit: [] as number[], miss: [] as number[], ten: [] as number[] };
    for (let round = -2; round < rounds; round += 1) {
      const one = await cpuOf(() => argon2.hash(code, { ...owasp, salt, raw: true }));
      const hit = await cpuOf(() => factors.backupCode.check(stores, holder, code));
      const miss = await cpuOf(() => factors.backupCode.check(stores, holder, 'ABCD-2345'));
      const ten = await cpuOf(async () => {
        for (let index = 0; index < 10; index += 1)
          await argon2.hash(code, { ...owasp, salt: randomBytes(16), raw: true });
      });
      if (round < 0) continue;
      taken.one.push(one);
      taken.hit.push(hit);
      taken.miss.push(miss);
      taken.ten.push(ten);
    }
    return {
      argon2Ms: median(taken.one),
      hitMs: median(taken.hit),
      missMs: median(taken.miss),
      tenMs: median(taken.ten),
      overOne: Math.max(pairedRatio(taken.hit, taken.one), pairedRatio(taken.miss, taken.one)),
      cheaperThanTen: pairedRatio(taken.ten, taken.hit),
    };
  } finally {
    await storage.close();
  }
}
