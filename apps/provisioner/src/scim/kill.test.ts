import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openStorage } from '@sparekey/storage';
import { createTestDatabase } from '@sparekey/testing';
import { type KillMoment, killMoments, startKillingProxy } from '../../test/scim-killing-proxy.ts';
import { startScimPeer } from '../../test/scim-peer.ts';
import { addRealm, addTarget, fillRealm } from '../../test/scim-realm.ts';
import { seeded } from '../../test/seeded.ts';

const KILLS = 50;
const PEOPLE = 80;
const GROUPS = 5;
/** A person takes three requests at least, so all of these are made. */
const REQUESTS = 3 * PEOPLE;
/** Workers that are ready to take over: starting a process takes longer than killing one. */
const SPARE = 3;
const LONGEST_MS = 150_000;

const entry = join(import.meta.dirname, '../../test/scim-worker-process.ts');

interface Kill {
  /** Requests of this worker that are let pass. */
  after: number;
  at: KillMoment;
  lateMs: number;
}

/** One kill after the other, so that all of them together take as many requests as the run has at least. */
function plan(random: () => number): Kill[] {
  const longest = (2 * REQUESTS) / KILLS - 1;
  return Array.from({ length: KILLS }, () => ({
    after: Math.floor(random() * longest),
    at: killMoments[Math.floor(random() * killMoments.length)] ?? 'before',
    lateMs: random() * 10,
  }));
}

test('a worker killed at fifty moments of a run leaves everyone on the other side once, and tells of each once', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`kills of seed ${seed}`);
  const planned = plan(seeded(seed));
  const cache = await mkdtemp(join(tmpdir(), 'sparekey-worker-'));
  const database = await createTestDatabase();
  const storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 4 });
  // It would take anybody twice: only the worker's own care keeps it from that.
  const peer = await startScimPeer({ token: 'peer-token', unique: false });
  const living = new Set<ChildProcess>();
  let working: ChildProcess | undefined;
  let next: Kill | undefined;
  let killed = 0;
  const over = new AbortController();
  const late = wait(LONGEST_MS, 'too late', { signal: over.signal }).catch(() => 'over');
  const proxy = await startKillingProxy(
    peer.url,
    () => {
      if (next === undefined || next.after-- > 0) return undefined;
      const now = next;
      next = undefined;
      return now;
    },
    () => {
      killed += working?.kill('SIGKILL') ? 1 : 0;
    },
  );

  async function startWorker(): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, database.url], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    });
    living.add(child);
    child.once('exit', () => living.delete(child));
    if (child.stdout) await once(child.stdout, 'data');
    return child;
  }
  try {
    const realmId = await addRealm(storage);
    const settings = { baseUrl: proxy.url, groups: ['*'], requestsPerSecond: 1000, maxInFlight: 32 };
    const connection = await addTarget(storage, realmId, settings);
    await fillRealm(storage, realmId, PEOPLE, GROUPS, 20);

    // What a killed worker held is free when its lease is over: that time is moved, not waited for.
    const expireLeases = () =>
      storage.database.count({
        name: 'test_expire_leases',
        text: `update scim_task set lease_until = now() - interval '1 second' where lease_until is not null`,
      });
    const until = Date.now() + LONGEST_MS;
    const spare = Array.from({ length: SPARE }, startWorker);
    for (let run = 0; run <= KILLS; run += 1) {
      working = await spare.shift();
      if (run + SPARE <= KILLS) spare.push(startWorker());
      next = planned[run];
      working?.stdin?.write('go');
      if (run === KILLS || !working) break;
      const ended = await Promise.race([once(working, 'exit'), late]);
      if (ended === 'too late') break;
      await proxy.settled();
      await expireLeases();
    }
    const { queue } = storage.scim;
    const marks = () =>
      storage.database.row<{ marks: number }>({ name: 'test_marks', text: 'select count(*) as marks from scim_dirty' });
    const openTasks = async () => (await queue.counts(connection)).open + ((await marks())?.marks ?? 0);
    while ((await openTasks()) > 0) {
      if (Date.now() >= until) {
        const tasks = (await queue.list(connection, 50)).map((task) => JSON.stringify(task)).join('\n');
        const pace = JSON.stringify(await storage.scim.pace.get(connection));
        throw new Error(
          `after ${killed} kills and ${proxy.requests()} requests this is open (pace ${pace}):\n${tasks}`,
        );
      }
      await wait(50);
    }
    expect(killed).toBe(KILLS);
    expect(await queue.counts(connection)).toEqual({ open: 0, dead: 0, staged: 0, asking: 0 });
    expect(new Set([...peer.users.values()].map(({ externalId }) => externalId)).size).toBe(PEOPLE);
    expect([peer.users.size, peer.groups.size]).toEqual([PEOPLE, GROUPS]);
    const told = await storage.scim.journal.summary(connection, new Date(0));
    expect((told.created ?? 0) + (told.adopted ?? 0)).toBe(PEOPLE + GROUPS);
    const members = [...peer.groups.values()].map((group) => (group.members as unknown[]).length);
    expect(members).toEqual(Array.from({ length: GROUPS }, () => 20));
  } finally {
    over.abort();
    for (const child of living) child.kill('SIGKILL');
    await Promise.all([...living].map((child) => once(child, 'exit')));
    await proxy.close();
    await peer.close();
    await storage.close();
    await database.drop();
    await rm(cache, { recursive: true, force: true });
  }
}, 180_000);
