import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type Acme, createAcme, totpOf } from '../../src/testing/acme.ts';
import { attemptEvents } from '../../src/testing/attempt-events.ts';
import type { Answer, Proof } from './spender.ts';

const ROUNDS = 20;
const PROCESSES = 2;
const TIMES = 1000 / PROCESSES;

let database: TestDatabase;
let acme: Acme;
interface Spender {
  process: ChildProcess;
  exited: Promise<unknown>;
}

let spenders: Spender[];

beforeAll(async () => {
  database = await createTestDatabase();
  const masterKey = randomBytes(32);
  acme = await createAcme(database.url, masterKey);
  // They end when the channel to this process closes, whoever closes it.
  spenders = Array.from({ length: PROCESSES }, () => {
    const child = fork(join(import.meta.dirname, 'spender.ts'), [database.url, masterKey.toString('base64')], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env.PATH },
    });
    return { process: child, exited: once(child, 'exit') };
  });
});

afterAll(async () => {
  for (const { process: spender } of spenders) spender.disconnect();
  await Promise.all(spenders.map(({ exited }) => exited));
  await acme.close();
  await database.drop();
});

async function ask({ process: spender, exited }: Spender, message: Proof | 'spend'): Promise<Answer> {
  const answer = once(spender, 'message');
  const ended = exited.then(() => {
    throw new Error('a spender ended');
  });
  spender.send(message);
  const [told] = await Promise.race([answer, ended]);
  return told;
}

/** One proof, checked by every process, then spent 1,000 times at once. */
async function spendAtOnce(proof: Omit<Proof, 'times'>): Promise<{ accepted: number; used: number; other: string[] }> {
  const checked = await Promise.all(spenders.map((spender) => ask(spender, { ...proof, times: TIMES })));
  expect(checked).toEqual(Array(PROCESSES).fill({ kind: 'checked', matched: true }));
  const sum = { accepted: 0, used: 0, other: [] as string[] };
  for (const spent of await Promise.all(spenders.map((spender) => ask(spender, 'spend')))) {
    if (spent.kind !== 'spent') throw new Error('a spender did not spend');
    sum.accepted += spent.accepted;
    sum.used += spent.used;
    sum.other.push(...spent.other);
  }
  return sum;
}

test('one backup code found right and spent 1,000 times by two processes at once is spent once, in each of 20 rounds', async () => {
  const person = await acme.person();
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 10 === 0) await acme.freshCodes(person);
    const proof = {
      realmId: acme.realm.id,
      userId: person.id,
      factor: 'backup_code',
      input: person.codes[round % 10] ?? '',
    } as const;
    expect(await spendAtOnce(proof)).toEqual({ accepted: 1, used: 999, other: [] });
    const set = await acme.storage.stores.backupCodes.active(acme.realm.id, person.id);
    expect(set?.left).toBe(9 - (round % 10));
    expect((await attemptEvents(acme.storage, person.id, 'backup_code')).accepted).toBe(round + 1);
  }
}, 240_000);

test('one TOTP step found right and spent 1,000 times by two processes at once is spent once, in each of 20 rounds', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const person = await acme.person();
    const proof = { realmId: acme.realm.id, userId: person.id, factor: 'totp', input: totpOf(person) } as const;
    expect(await spendAtOnce(proof)).toEqual({ accepted: 1, used: 999, other: [] });
    expect((await attemptEvents(acme.storage, person.id, 'totp')).accepted).toBe(1);
  }
}, 240_000);
