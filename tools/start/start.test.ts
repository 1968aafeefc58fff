import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import {
  compiledPrograms,
  createTestDatabase,
  freePort,
  isRunning,
  type RunningProcess,
  startProcess,
} from '../../libs/testing/src/index.ts';

const entry = join(import.meta.dirname, 'fixtures/main.ts');
let base: string;
let dataDirectory: string;
let env: Record<string, string>;
let prepared: string;
beforeAll(async () => {
  prepared = await directory();
  env = { SPAREKEY_DATA_DIR: join(prepared, 'data'), ...(await ports()) };
  await (await startIt()).stop();
});
afterAll(() => rm(prepared, { recursive: true }));
beforeEach(async () => {
  base = await directory();
  dataDirectory = join(base, 'data');
  env = { SPAREKEY_DATA_DIR: dataDirectory, ...(await ports()) };
});
afterEach(() => rm(base, { recursive: true }));

/** One that a server under another user can pass through. */
async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sparekey-start-'));
  await chmod(path, 0o755);
  return path;
}

/** Data of an earlier start, stopped in order: quicker than a first start for each test. */
async function givenEarlierStart(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(prepared, 'data'), dataDirectory]);
}

async function ports(): Promise<Record<string, string>> {
  const [port, demo] = [await freePort(), await freePort()];
  for (;;) {
    const management = await freePort();
    const next = await listenOn(management + 1).catch(() => undefined);
    next?.close();
    if (next && ![port, demo].includes(management + 1)) {
      return {
        SPAREKEY_PORT: String(port),
        SPAREKEY_DEMO_RP_PORT: String(demo),
        SPAREKEY_MANAGEMENT_PORT: String(management),
      };
    }
  }
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const startIt = (extra: Record<string, string> = {}): Promise<RunningProcess> =>
  startProcess({ entry, env: { ...env, ...extra }, readyLine: 'Sparekey is ready', timeoutSeconds: 60 });

const fixtures = (output: string): Record<string, unknown>[] =>
  [...output.matchAll(/^\{"fixture".*$/gm)].map(([line]) => JSON.parse(line));

const failure = (extra: Record<string, string> = {}): Promise<string> =>
  startIt(extra).then(
    async (running) => {
      await running.stop();
      throw new Error('it started');
    },
    (error: Error) => error.message,
  );

test('the first start creates database, master key and administrator; the second finds them again', async () => {
  const first = await startIt();
  const children = fixtures(first.output());
  const password = (await readFile(join(dataDirectory, 'bootstrap-admin-password'), 'utf8')).trim();
  expect(password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  expect(children).toHaveLength(2);
  for (const child of children) {
    expect(child).toMatchObject({
      key: 32,
      demo: true,
      listenAddress: '127.0.0.1',
      admin: { username: 'admin', password },
    });
  }
  expect(first.output()).toContain(`admin / ${password}`);
  expect(first.output()).toContain('ada / ada-at-acme');
  for (const name of ['master-key', 'postgres-password', 'bootstrap-admin-password']) {
    expect((await stat(join(dataDirectory, name))).mode & 0o777).toBe(0o600);
  }
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  expect(first.output().match(/^drained/gm)).toHaveLength(2);

  const second = await startIt();
  expect(fixtures(second.output())[0]).toMatchObject({ admin: { username: 'admin', password } });
  expect(second.output()).toContain(`admin / the first password is in ${dataDirectory}`);
  await second.stop();
});

test('a program that ends takes everything with it, and is named', async () => {
  await givenEarlierStart();
  const running = await startIt();
  const [provider, provisioner] = fixtures(running.output()).map((child) => Number(child.fixture));
  process.kill(provider ?? 0, 'SIGKILL');
  expect(await running.exited).toEqual({ code: 1, signal: null });
  expect(running.output()).toMatch(/The (provider|provisioner) was ended by SIGKILL[\s\S]*Sparekey stops/);
  expect(running.output()).toContain('drained');
  expect(isRunning(provisioner ?? 0)).toBe(false);
});

test('a program that refuses to start is named after its own words', async () => {
  await givenEarlierStart();
  const said = await failure({ FIXTURE_FATAL: env.SPAREKEY_MANAGEMENT_PORT ?? '' });
  expect(said).toMatch(/the fixture refuses to start[\s\S]*The provider ended with code 7/);
});

test('after kill -9 its programs end by themselves, and the next start takes over the ports and the data', async () => {
  await givenEarlierStart();
  const killed = await startIt();
  const children = fixtures(killed.output()).map((child) => Number(child.fixture));
  await killed.kill();
  for (const deadline = performance.now() + 5000; children.some(isRunning) && performance.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(children.filter(isRunning)).toEqual([]);
  const next = await startIt();
  expect(await next.stop()).toEqual({ code: 0, signal: null });
});

test('as an npm script it ends in order when npm is told to end', async () => {
  await givenEarlierStart();
  // As npm does it: through a shell, which alone gets the signal.
  const shell = spawn('/bin/sh', ['-c', '"$NODE" "$ENTRY"; exit $?'], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: compiledPrograms,
      ...env,
      NODE: process.execPath,
      ENTRY: entry,
      npm_lifecycle_event: 'start',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  // Ends when the last process that holds the shell's output has ended.
  for await (const line of createInterface({ input: shell.stdout })) {
    lines.push(line);
    if (line.startsWith('Sparekey is ready')) shell.kill('SIGTERM');
  }
  expect(lines.filter((line) => line.startsWith('drained'))).toHaveLength(2);
});

test('a second start on the same data is told of the first one', async () => {
  await givenEarlierStart();
  const first = await startIt();
  expect(await failure(await ports())).toContain(`Process ${first.pid} uses ${dataDirectory} already`);
  expect(await failure()).toContain(`Process ${first.pid} uses ${dataDirectory} already`);
  await first.stop();
});

test('busy ports are all named, each with the setting that changes it, and nothing is left running', async () => {
  await givenEarlierStart();
  const busy = [await listenOn(Number(env.SPAREKEY_PORT)), await listenOn(Number(env.SPAREKEY_MANAGEMENT_PORT) + 1)];
  const said = await failure();
  expect(said).toContain(`127.0.0.1:${env.SPAREKEY_PORT} is used by another program: stop that, or set SPAREKEY_PORT`);
  expect(said).toContain('set SPAREKEY_MANAGEMENT_PORT (the provisioner has the next one)');
  for (const server of busy) server.close();
  await (await startIt()).stop();
});

test('wrong settings, a wrong database and a missing master key are told without a stack', async () => {
  const key = { SPAREKEY_MASTER_KEY: Buffer.alloc(32, 1).toString('hex') };
  const nowhere = `postgres://user:canary@127.0.0.1:${await freePort()}/sparekey`;
  const all = [
    await failure({ SPAREKEY_PORT: 'x' }),
    await failure({ DATABASE_URL: nowhere, ...key }),
    await failure({ DATABASE_URL: nowhere, SPAREKEY_MASTER_KEY_FILE: join(base, 'absent') }),
  ];
  expect(all[0]).toContain('SPAREKEY_PORT: use a whole number');
  expect(all[1]).toContain('DATABASE_URL: no PostgreSQL answers at 127.0.0.1');
  expect(all[2]).toContain('absent does not exist: put the master key back from its backup');
  for (const said of all) expect(said).not.toMatch(/canary|^\s+at /m);
});

test('a lost master key stops the start of an existing database; no new one is drawn', async () => {
  await givenEarlierStart();
  await rm(join(dataDirectory, 'master-key'));
  expect(await failure()).toContain('master-key does not exist: put the master key back from its backup');
});

test('with DATABASE_URL that database is migrated and used, without demo and administrator', async () => {
  const database = await createTestDatabase();
  const running = await startIt({
    DATABASE_URL: database.url,
    SPAREKEY_MASTER_KEY: Buffer.alloc(32, 1).toString('hex'),
    SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
  });
  const [child] = fixtures(running.output());
  expect(child).toMatchObject({ demo: false });
  expect(child).not.toHaveProperty('admin');
  await running.stop();
  await database.drop();
});
