import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isRunning, startProcess } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sparekey-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(name: string, text: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, text);
  return path;
}

test('it is ready when its address answers, sees only its own environment, and drains on stop', async () => {
  const entry = await script(
    'server',
    `import { createServer } from 'node:http';
     const server = createServer((_, response) => response.end()).listen(Number(process.env.PORT), '127.0.0.1');
     console.log('environment', Object.keys(process.env).sort().join());
     process.once('SIGTERM', () => server.close(() => console.log('drained')));`,
  );
  const port = await freePort();
  const child = await startProcess({ entry, env: { PORT: String(port) }, readyUrl: `http://127.0.0.1:${port}/` });
  expect(child.output()).not.toContain('JEST');
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  expect(child.output()).toContain('drained');
});

test('it is ready when its line has come, and kill ends it at once', async () => {
  const entry = await script('line', `setInterval(() => {}, 1000); console.log('listening on 1');`);
  const child = await startProcess({ entry, readyLine: /listening on \d/ });
  expect(await child.kill()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a process that ends before it is ready fails the start with its own words', async () => {
  const entry = await script('fatal', `console.error('no database here'); process.exit(3);`);
  await expect(startProcess({ entry, readyLine: 'ready' })).rejects.toThrow(/code 3[\s\S]*no database here/);
});

test('a process that ignores SIGTERM is killed and reported', async () => {
  const entry = await script(
    'stubborn',
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');`,
  );
  const child = await startProcess({ entry, readyLine: 'up' });
  await expect(child.stop(0.2)).rejects.toThrow('did not end within 0.2 s');
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('it ends when the process that started it is killed', async () => {
  const child = await script('child', `console.log('child', process.pid); setInterval(() => {}, 1000);`);
  const owner = await script(
    'owner',
    `import { startProcess } from ${JSON.stringify(join(import.meta.dirname, 'process.ts'))};
     const child = await startProcess({ entry: ${JSON.stringify(child)}, readyLine: 'child' });
     console.log('started', child.pid);`,
  );
  const parent = await startProcess({ entry: owner, readyLine: /started \d+/ });
  const pid = Number(/started (\d+)/.exec(parent.output())?.[1]);
  await parent.kill();
  for (const deadline = performance.now() + 2000; isRunning(pid) && performance.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(isRunning(pid)).toBe(false);
});
