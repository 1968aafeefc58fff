import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, isRunning, type RunningProcess, race, startProcess } from '../../../testing/src/index.ts';
import { EmbeddedPostgresError, hasEmbeddedPostgres, startEmbeddedPostgres, useEmbeddedPostgres } from './index.ts';

// Each of these starts servers of its own: what is tested is how they end.
let dataDirectory: string;
let prepared: string;
beforeAll(async () => {
  prepared = await mkdtemp(join(tmpdir(), 'sparekey-embedded-'));
  await chmod(prepared, 0o755);
  await (await startEmbeddedPostgres({ dataDirectory: join(prepared, 'data') })).stop();
});
afterAll(() => rm(prepared, { recursive: true }));

/** A data directory whose cluster was created before and stopped in order: quicker than creating one for each test. */
async function givenCluster(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(prepared, 'data'), dataDirectory]);
}

beforeEach(async () => {
  const base = await mkdtemp(join(tmpdir(), 'sparekey-embedded-'));
  await chmod(base, 0o755);
  dataDirectory = join(base, 'data');
});
afterEach(() => rm(join(dataDirectory, '..'), { recursive: true }));

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

let stranger: ChildProcess | undefined;
afterEach(() => stranger?.kill());

/** The id in postmaster.pid becomes that of a process that lives, under the server's own user, and is no server. */
async function givenStranger(): Promise<void> {
  const file = join(dataDirectory, 'postgres', 'postmaster.pid');
  const { uid, gid } = await stat(file);
  stranger = spawn('sleep', ['300'], process.getuid?.() === 0 ? { uid, gid } : {});
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(stranger.pid)));
}

test('it is durable, asks for the password, and listens on loopback only', async () => {
  expect(await hasEmbeddedPostgres(dataDirectory)).toBe(false);
  const server = await startEmbeddedPostgres({ dataDirectory });
  expect(await hasEmbeddedPostgres(dataDirectory)).toBe(true);
  const [settings] = await query(
    server.url,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
            current_setting('listen_addresses') as address, current_setting('server_version_num')::int / 10000 as major,
            lower('É') as folded`,
  );
  expect(settings).toEqual({ fsync: 'on', commit: 'on', address: '127.0.0.1', major: 18, folded: 'é' });
  const wrong = server.url.replace(/:[^:@]+@/, ':guessed@');
  await expect(query(wrong, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await stat(join(dataDirectory, 'postgres-password'))).mode & 0o777).toBe(0o600);
  await server.stop();
  expect(isRunning(server.pid)).toBe(false);
});

test('what was stored is there after a stop and a start, under the same password', async () => {
  await givenCluster();
  const first = await startEmbeddedPostgres({ dataDirectory });
  await query(first.url, 'create table kept as select 7 as n');
  await first.stop();
  const second = await startEmbeddedPostgres({ dataDirectory });
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  await second.stop();
});

const entry = join(import.meta.dirname, 'owner.fixture.ts');

async function ownerAtWork(): Promise<{ owner: RunningProcess; postgres: number }> {
  await givenCluster();
  const owner = await startProcess({ entry, args: [dataDirectory], readyLine: /kept 20\n/ });
  return { owner, postgres: Number(/postgres (\d+)/.exec(owner.output())?.[1]) };
}

const acknowledged = (output: string): number =>
  Number(
    output
      .match(/kept \d+(?=\n)/g)
      ?.at(-1)
      ?.slice(5),
  );

/** At most one row more than acknowledged: the one whose answer was under way. */
async function expectNothingLost(output: string): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDirectory });
  const [row] = await query(server.url, 'select count(*)::int as kept, max(n) as last from kept');
  const told = acknowledged(output);
  expect(told).toBeGreaterThanOrEqual(20);
  expect(row?.kept).toBe(row?.last);
  expect([told, told + 1]).toContain(row?.last);
  await server.stop();
}

test('after kill -9 of the owner the orphan is stopped, a new server starts, and no acknowledged row is lost', async () => {
  const { owner, postgres } = await ownerAtWork();
  process.kill(owner.pid, 'SIGKILL');
  await owner.exited;
  expect(isRunning(postgres)).toBe(true);
  await expectNothingLost(owner.output());
  expect(isRunning(postgres)).toBe(false);
});

test('after kill -9 of PostgreSQL its owner hears of it, and the next start loses no acknowledged row', async () => {
  const { owner, postgres } = await ownerAtWork();
  process.kill(postgres, 'SIGKILL');
  expect(await owner.exited).toEqual({ code: 0, signal: null });
  expect(owner.output()).toContain('ended: ');
  await expectNothingLost(owner.output());
});

test('after kill -9 of both the next start loses no acknowledged row', async () => {
  const { owner, postgres } = await ownerAtWork();
  process.kill(postgres, 'SIGKILL');
  process.kill(owner.pid, 'SIGKILL');
  await owner.exited;
  await expectNothingLost(owner.output());
});

test('a process of a killed server that still computes is waited for, never run beside', async () => {
  const { owner, postgres } = await ownerAtWork();
  const url = /url (.+)/.exec(owner.output())?.[1] ?? '';
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = rows[0]?.pid ?? 0;
  // Computing, it does not look whether its server is alive.
  void client.query('select count(*) from generate_series(1, 8000000)').catch(() => {});
  const state = `select 1 from pg_stat_activity where pid = ${backend} and query like '%series%'`;
  while ((await query(url, state)).length === 0);
  process.kill(postgres, 'SIGKILL');
  await owner.kill();
  await givenStranger();
  expect(isRunning(backend)).toBe(true);
  const server = await startEmbeddedPostgres({ dataDirectory });
  expect(isRunning(backend)).toBe(false);
  await server.stop();
  await client.end().catch(() => {});
});

test('of many starts on one directory exactly one succeeds, and the others name the process that has it', async () => {
  const { fulfilled, rejected } = await race(6, () => startEmbeddedPostgres({ dataDirectory }));
  expect(fulfilled).toHaveLength(1);
  for (const error of rejected) {
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect((error as Error).message).toContain(`Process ${process.pid} uses ${dataDirectory} already`);
  }
  await fulfilled[0]?.stop();
});

test('another process is refused while one has the directory, and admitted after it has gone', async () => {
  const { owner } = await ownerAtWork();
  await expect(startEmbeddedPostgres({ dataDirectory })).rejects.toThrow(`Process ${owner.pid} uses`);
  await owner.stop();
  await expectNothingLost(owner.output());
});

test('a short job joins the server that runs, and starts and stops one when there is none', async () => {
  await givenCluster();
  const alone = await useEmbeddedPostgres({ dataDirectory });
  await query(alone.url, 'create table kept as select 1 as n');
  await alone.stop();
  const server = await startEmbeddedPostgres({ dataDirectory });
  const joined = await useEmbeddedPostgres({ dataDirectory });
  expect(joined.url).toBe(server.url);
  await joined.stop();
  expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }]);
  await server.stop();
});

test('a start that was killed while it created the cluster leaves nothing in the way', async () => {
  await mkdir(join(dataDirectory, 'postgres.new-killed', 'data'), { recursive: true });
  await writeFile(join(dataDirectory, 'postgres.new-killed', 'data', 'PG_VERSION'), '18\n');
  const server = await startEmbeddedPostgres({ dataDirectory });
  await server.stop();
  expect((await readdir(dataDirectory)).sort()).toEqual(['postgres', 'postgres-password']);
});

test('a process id that is somebody else’s by now does not keep the server from starting', async () => {
  await givenCluster();
  const cluster = join(dataDirectory, 'postgres');
  const { uid, gid } = await stat(cluster);
  await writeFile(join(cluster, 'postmaster.pid'), `1\n${cluster}\n0\n1\n\n\n\nready\n`);
  await chown(join(cluster, 'postmaster.pid'), uid, gid);
  await givenStranger();
  await (await startEmbeddedPostgres({ dataDirectory })).stop();
});

test('a port that was taken in the meantime is tried no second time', async () => {
  await givenCluster();
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const ports = [port, await freePort()];
  const server = await startEmbeddedPostgres({ dataDirectory, choosePort: async () => ports.shift() ?? freePort() });
  expect(new URL(server.url).port).not.toBe(String(port));
  await server.stop();
  taken.close();
});

test('a server that cannot start rejects with PostgreSQL’s own words, and gives the directory free', async () => {
  await givenCluster();
  await appendFile(join(dataDirectory, 'postgres', 'postgresql.conf'), 'no_such_parameter = 1\n');
  for (const _ of [1, 2]) {
    await expect(startEmbeddedPostgres({ dataDirectory })).rejects.toThrow(/does not start[\s\S]*no_such_parameter/);
  }
});

test('a lost or replaced password file is named, and nothing is left running', async () => {
  await givenCluster();
  const first = await startEmbeddedPostgres({ dataDirectory });
  await first.stop();
  const file = join(dataDirectory, 'postgres-password');
  await writeFile(file, 'another\n');
  await expect(startEmbeddedPostgres({ dataDirectory })).rejects.toThrow('does not hold the password');
  await rm(file);
  await expect(startEmbeddedPostgres({ dataDirectory })).rejects.toThrow(`${file} is missing`);
  await writeFile(file, new URL(first.url).password);
  await (await startEmbeddedPostgres({ dataDirectory })).stop();
});
