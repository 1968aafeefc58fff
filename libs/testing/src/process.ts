import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface ProcessOptions {
  /** Absolute path of the `.ts` or `.mjs` file to run with this very Node. */
  entry: string;
  args?: string[];
  /** Everything the process sees besides PATH, HOME, TMPDIR and where Node keeps what it compiled: nothing leaks in from the test run. */
  env?: Record<string, string>;
  /** Ready when stdout or stderr contains (or matches) this … */
  readyLine?: string | RegExp;
  /** … and this address answers 2xx. With neither, ready as soon as it runs. */
  readyUrl?: string;
  /** How long it may take to become ready. Default 30. */
  timeoutSeconds?: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** Settles when it ends, whoever ended it; never rejects. */
  readonly exited: Promise<Exit>;
  /** Everything on stdout and stderr so far, as it came. */
  output(): string;
  /** SIGTERM, then waits for its end; SIGKILL (and an error) when it has not drained in `withinSeconds` (default 15). */
  stop(withinSeconds?: number): Promise<Exit>;
  /** SIGKILL to this one process id, then waits for its end. */
  kill(): Promise<Exit>;
}

/**
 * A TCP port that was free on 127.0.0.1 a moment ago. It lies below the range from which the kernel takes the ports of outgoing
 * connections, one of which would otherwise take it sooner or later, and it is drawn, so that parallel test files rarely meet.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer();
    const listening = Promise.withResolvers<boolean>();
    server.once('error', () => listening.resolve(false));
    server.listen(port, '127.0.0.1', () => listening.resolve(true));
    if (!(await listening.promise)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Whether a process runs. One that has ended and was not collected by its parent (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    // proc(5): the state follows the command, which is in parentheses and may hold some itself.
    return !/^\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*(?=\) )/s, ''));
  } catch {
    return false;
  }
}

/** Programs as they were compiled before: half of the processor time of every start, of which a test run makes hundreds. */
export const compiledPrograms = join(import.meta.dirname, '../../../node_modules/.cache/sparekey-compiled');

const preloaded = ['@sparekey/config/end-with-parent', './keep-compiled.ts'].map(
  (module) => `--import=${import.meta.resolve(module)}`,
);

function environment(extra: Record<string, string> = {}): Record<string, string> {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { NODE_COMPILE_CACHE: compiledPrograms, ...Object.fromEntries(inherited), ...extra };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Starts a real child process and resolves when it is ready. Rejects with its whole output when it ends first or is too slow.
 * It gets SIGTERM when the test process dies, so a killed test run leaves nothing behind.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...preloaded, options.entry, ...(options.args ?? [])],
    { env: environment(options.env), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const exit = Promise.withResolvers<Exit>();
  child.once('close', (code, signal) => exit.resolve({ code, signal }));
  const started = Promise.withResolvers<void>();
  child.once('error', started.reject);
  child.once('spawn', () => started.resolve());
  await started.promise;
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.entry} did not start`);

  const ready = Promise.withResolvers<void>();
  let output = '';
  const listen = (chunk: Buffer): void => {
    output += chunk.toString();
    const { readyLine } = options;
    if (readyLine === undefined) return;
    if (typeof readyLine === 'string' ? output.includes(readyLine) : readyLine.test(output)) ready.resolve();
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);

  const running: RunningProcess = {
    pid,
    exited: exit.promise,
    output: () => output,
    async stop(withinSeconds = 15) {
      child.kill('SIGTERM');
      const overdue = AbortSignal.timeout(withinSeconds * 1000);
      const gaveUp = Promise.withResolvers<'overdue'>();
      overdue.addEventListener('abort', () => gaveUp.resolve('overdue'));
      const result = await Promise.race([exit.promise, gaveUp.promise]);
      if (result !== 'overdue') return result;
      child.kill('SIGKILL');
      throw new Error(`${options.entry} did not end within ${withinSeconds} s of SIGTERM. Its output:\n${output}`);
    },
    async kill() {
      child.kill('SIGKILL');
      return exit.promise;
    },
  };
  await becomeReady(running, options, ready.promise);
  return running;
}

async function becomeReady(running: RunningProcess, options: ProcessOptions, line: Promise<void>): Promise<void> {
  const { entry, readyLine, readyUrl, timeoutSeconds = 30 } = options;
  if (readyLine === undefined && readyUrl === undefined) return;
  const deadline = performance.now() + timeoutSeconds * 1000;
  let ended: Exit | undefined;
  void running.exited.then((exit) => {
    ended = exit;
  });
  let lineSeen = readyLine === undefined;
  void line.then(() => {
    lineSeen = true;
  });
  while (!(lineSeen && (readyUrl === undefined || (await answers(readyUrl))))) {
    if (ended) {
      throw new Error(
        `${entry} ended (${ended.signal ?? `code ${ended.code}`}) before it was ready:\n${running.output()}`,
      );
    }
    if (performance.now() > deadline) {
      await running.kill();
      throw new Error(`${entry} was not ready within ${timeoutSeconds} s. Its output:\n${running.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
