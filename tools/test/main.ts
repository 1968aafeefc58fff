import '@sparekey/config/require-node';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { startTestPostgres } from '@sparekey/testing/test-postgres';
import { clearResults, tally } from './results.ts';

// `npm test`: format and lint, types, then the tests of all projects in one queue on one PostgreSQL. Everything runs even when
// something has failed, so that one run tells all. The last line is `N passed, N failed`.
const root = join(import.meta.dirname, '../..');
// Inherited by every program that the run starts, as by those of `npm start`.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/sparekey-compiled');
const limitMinutes = 30;
const running = new Set<number>();

let interrupted = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    endGroups('SIGTERM');
  });
}

/** Runs a program of node_modules/.bin, or this very Node, in a process group of its own; true when it succeeds. */
async function run(program: string, args: string[]): Promise<boolean> {
  if (interrupted) return false;
  const began = performance.now();
  const child = spawn(resolve(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32' && program !== process.execPath,
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  if (pid !== undefined) running.delete(pid);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`\n${code === 0 ? 'ok' : 'FAILED'}  ${[program, ...args].join(' ')}  (${seconds} s)\n`);
  return code === 0;
}

function endGroups(signal: NodeJS.Signals): void {
  for (const pid of running) process.kill(process.platform === 'win32' ? pid : -pid, signal);
}

clearResults(root);
const complaints: string[] = [];
if (!(await run('biome', ['ci', '.']))) complaints.push('Format or lint: npm run format mends most of it.');
if (!(await run('tsc', ['-p', '.']))) complaints.push('Types: see above.');

const postgres = await startTestPostgres();
process.env.SPAREKEY_TEST_POSTGRES = postgres.url;
const overdue = setTimeout(() => {
  complaints.push(`Tests: not finished after ${limitMinutes} minutes.`);
  endGroups('SIGKILL');
}, limitMinutes * 60_000);
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const passed = await run(process.execPath, [...flags, 'node_modules/jest/bin/jest.js']);
clearTimeout(overdue);
await postgres.stop();

const sum = tally(root);
complaints.push(...sum.complaints);
if (!passed && sum.failed === 0) complaints.push('Tests: Jest reports a failure that no test counted.');
// Whatever else failed counts as one, so that the last line never claims a success that the exit code denies.
const failed = sum.failed + (complaints.length - sum.complaints.length);
for (const complaint of complaints) console.log(complaint);
console.log(`Took ${Math.round(process.uptime())} s.`);
console.log(`${sum.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
