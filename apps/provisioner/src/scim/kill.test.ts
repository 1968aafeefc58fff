import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openStorage } from '@sparekey/storage';
import { createTestDatabase } from '@sparekey/testing';
import { startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';

const ROUNDS = 5;
const AT_ONCE = 10;
const PEOPLE = 80;

const entry = join(import.meta.dirname, '../../test/scim-worker-process.ts');

async function worker(url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('workers killed at fifty random moments leave everyone on the other side once', async () => {
  const database = await createTestDatabase();
  const storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 4 });
  // It would take anybody twice: only the worker's own care keeps it from that.
  const peer = await startScimPeer({ token: 'peer-token', unique: false });
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`kills of seed ${seed}`);
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  try {
    const realmId = await addRealm(storage);
    const settings = { baseUrl: peer.url, groups: ['*'], requestsPerSecond: 60, maxInFlight: 32, timeoutSeconds: 1 };
    const connection = await addTarget(storage, realmId, settings);
    await fillRealm(storage, realmId, PEOPLE, 5, 20);
    for (let round = 0; round < ROUNDS; round += 1) {
      const workers = await Promise.all(Array.from({ length: AT_ONCE }, () => worker(database.url)));
      await Promise.all(workers.map((child) => wait(random() * 500).then(() => kill(child))));
    }
    const last = await worker(database.url);
    for (let open = 1; open > 0; open = (await storage.scim.queue.counts(connection)).open) await wait(100);
    await kill(last);
    expect(await storage.scim.queue.counts(connection)).toEqual({ open: 0, dead: 0, staged: 0, asking: 0 });
    expect(new Set([...peer.users.values()].map(({ externalId }) => externalId)).size).toBe(PEOPLE);
    expect([peer.users.size, peer.groups.size]).toEqual([PEOPLE, 5]);
  } finally {
    await peer.close();
    await storage.close();
    await database.drop();
  }
}, 240_000);
