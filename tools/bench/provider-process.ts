import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poolEnvironment } from '@sparekey/config';
import { send } from './flows/http.ts';
import { freePort } from './servers/free-port.ts';

const ENTRY = join(import.meta.dirname, '../../apps/provider/src/main.ts');
/** Ticks of /proc/<pid>/stat in a second: fixed for every program since Linux 2.4. */
const TICKS = 100;

export const SERVICE = { clientId: 'bench', secret: 'bench-service-secret-0123456789' };

/** The provider as it is deployed, in a process of its own. Linux only: its CPU and memory are read from /proc. */
export interface ProviderProcess {
  origin: string;
  cpuMs(): Promise<number>;
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}

export async function startProvider(
  databaseUrl: string,
  masterKey: Buffer,
  settings: Record<string, string> = {},
): Promise<ProviderProcess> {
  const [port, management] = [await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY], {
    env: {
      ...process.env,
      ...poolEnvironment(),
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      SPAREKEY_URL: origin,
      SPAREKEY_PORT: String(port),
      SPAREKEY_MANAGEMENT_PORT: String(management),
      SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
      SPAREKEY_MASTER_KEY: masterKey.toString('base64url'),
      // Each guess comes from a network of its own, or the limit of one network would stop the flood.
      SPAREKEY_TRUSTED_PROXIES: '127.0.0.1,::1',
      SPAREKEY_LOG_LEVEL: 'error',
      SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: SERVICE.clientId,
      SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: SERVICE.secret,
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const until = performance.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    if (child.exitCode !== null) throw new Error(`the provider ended with code ${child.exitCode}`);
    const ready = await send(`http://127.0.0.1:${management}/health/ready`).catch(() => undefined);
    if (ready?.status === 200) break;
    if (performance.now() > until) throw new Error('the provider did not get ready');
  }
  return {
    origin,
    async cpuMs() {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
    },
    async memoryMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
