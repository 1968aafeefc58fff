import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A server of the comparison, in a process of its own, so that its CPU time is its own. */
export interface ServerProcess {
  name: string;
  /** Issuer of the realm under test. */
  issuer: string;
  startMs: number;
  /** User and system CPU time of the process so far, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resident memory in MiB. */
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}

/** What a server process tells: first where it listens, then an answer to each question. */
export type FromServer = { kind: 'listening'; issuer: string } | { kind: 'usage'; cpuMs: number; memoryMiB: number };

/** Starts `servers/<file>` and waits until it listens. */
export async function startServer(
  name: string,
  file: string,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const started = performance.now();
  const child = fork(join(import.meta.dirname, 'servers', file), {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const listening = await answer(child, 'listening');
  const startMs = performance.now() - started;
  const usage = async () => {
    child.send('usage');
    return answer(child, 'usage');
  };
  return {
    name,
    issuer: listening.issuer,
    startMs,
    cpuMs: async () => (await usage()).cpuMs,
    memoryMiB: async () => (await usage()).memoryMiB,
    async stop() {
      const gone = once(child, 'exit');
      child.send('stop');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(killer);
    },
  };
}

async function answer<K extends FromServer['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FromServer, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a server of the bench ended with code ${code}`));
    const onMessage = (message: FromServer) => {
      if (message.kind !== kind) return;
      child.off('exit', onExit);
      child.off('message', onMessage);
      resolve(message as Extract<FromServer, { kind: K }>);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
