import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../servers/free-port.ts';

export interface ProviderProcess {
  origin: string;
  /** Resident memory in MiB; undefined where the system does not tell. */
  memoryMiB(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** The provider as it is deployed, as a process of its own. */
export async function startProvider(databaseUrl: string, masterKey: Buffer): Promise<ProviderProcess> {
  const [port, managementPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../../../apps/provider/src/main.ts')],
    {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        DATABASE_URL: databaseUrl,
        SPAREKEY_MASTER_KEY: masterKey.toString('base64'),
        SPAREKEY_URL: origin,
        SPAREKEY_PORT: String(port),
        SPAREKEY_MANAGEMENT_PORT: String(managementPort),
        SPAREKEY_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  let gone = false;
  child.once('exit', () => {
    gone = true;
  });
  for (;;) {
    if (gone) throw new Error('the provider ended before it was ready');
    const ready = await fetch(`http://localhost:${managementPort}/health/ready`).catch(() => undefined);
    if (ready?.ok) break;
    await wait(50);
  }
  return {
    origin,
    async memoryMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
      return kib === undefined ? undefined : Number(kib) / 1024;
    },
    async stop() {
      if (gone) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
