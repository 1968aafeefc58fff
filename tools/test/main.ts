import '@sparekey/config/require-node';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startTestPostgres } from '@sparekey/testing/test-postgres';
import { memoryDirectory } from './memory-directory.ts';
import { clearResults, tally } from './results.ts';

// `npm test`: format, lint and types, whose results nx keeps while nothing changes; then the tests of all projects in one queue on
// one PostgreSQL. Everything runs even when something has failed, so that one run tells all. The last line is `N passed, N failed`.
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

/** Runs targets of the workspace through nx in a process group of their own; true when they succeed. */
async function run(args: string[]): Promise<boolean> {
  if (interrupted) return false;
  const began = performance.now();
  const child = spawn(join(root, 'node_modules/.bin/nx'), args, {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NATIVE_COMMAND_RUNNER: 'false' },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  if (pid !== undefined) running.delete(pid);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`\n${code === 0 ? 'ok' : 'FAILED'}  nx ${args.join(' ')}  (${seconds} s)\n`);
  return code === 0;
}

function endGroups(signal: NodeJS.Signals): void {
  for (const pid of running) process.kill(process.platform === 'win32' ? pid : -pid, signal);
}

clearResults(root);
const complaints: string[] = [];
if (!(await run(['run-many', '-p', 'sparekey', '-t', 'lint', 'types', '--parallel=2', '--output-style=static']))) {
  complaints.push('Format, lint or types: see above; `npm run format` mends most of the first two.');
}

const memory = process.env.TMPDIR === undefined ? await memoryDirectory() : undefined;
if (memory !== undefined) process.env.TMPDIR = memory;
const postgres = await startTestPostgres();
process.env.SPAREKEY_TEST_POSTGRES = postgres.url;
const overdue = setTimeout(() => {
  complaints.push(`Tests: not finished after ${limitMinutes} minutes.`);
  endGroups('SIGKILL');
}, limitMinutes * 60_000);
const passed = await run(['run', 'sparekey:tests', '--output-style=stream-without-prefixes']);
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
