import { join } from 'node:path';
import { freePort, type RunningProcess, startProcess } from '@sparekey/testing';

const entry = join(import.meta.dirname, '../main.ts');

/** One provider as its own operating-system process; it keeps its address over any number of kills and restarts. */
export class ProviderProcess {
  /** Where this process itself listens; the public URL is the same for all of them. */
  readonly address: string;
  readonly #environment: Record<string, string>;
  readonly #readyUrl: string;
  #running: RunningProcess | undefined;

  constructor(environment: Record<string, string>, ports: { port: number; managementPort: number }) {
    this.address = `http://127.0.0.1:${ports.port}`;
    this.#readyUrl = `http://127.0.0.1:${ports.managementPort}/health/ready`;
    this.#environment = {
      ...environment,
      SPAREKEY_PORT: String(ports.port),
      SPAREKEY_MANAGEMENT_PORT: String(ports.managementPort),
    };
  }

  async start(): Promise<void> {
    this.#running = await startProcess({
      entry,
      env: this.#environment,
      readyUrl: this.#readyUrl,
      timeoutSeconds: 60,
    });
  }

  /** SIGKILL: nothing is drained, nothing is told to anyone. */
  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  /** SIGTERM, and waits until it has drained. Rejects when it had ended before or ends with a failure. */
  async stop(): Promise<void> {
    const exit = await this.#running?.stop();
    if (exit !== undefined && exit.code !== 0) {
      throw new Error(`a provider ended with ${exit.signal ?? `code ${exit.code}`}:\n${this.output()}`);
    }
  }

  output(): string {
    return this.#running?.output() ?? '';
  }
}

export interface Cluster {
  /** Public URL of all of them, as behind a balancer. */
  readonly origin: string;
  readonly processes: readonly [ProviderProcess, ProviderProcess];
  stop(): Promise<void>;
}

/** Two provider processes on one database, behind one public URL, without trusted proxies. */
export async function startCluster(databaseUrl: string, masterKey: Buffer): Promise<Cluster> {
  const [first, second, ...management] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const origin = `http://localhost:${first}`;
  const environment = {
    DATABASE_URL: databaseUrl,
    SPAREKEY_MASTER_KEY: masterKey.toString('base64'),
    SPAREKEY_URL: origin,
    SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
    SPAREKEY_LOG_LEVEL: 'error',
  };
  const provider = (port: number, managementPort: number) => new ProviderProcess(environment, { port, managementPort });
  const processes = [provider(first, management[0]), provider(second, management[1])] as const;
  await Promise.all(processes.map((process) => process.start()));
  return {
    origin,
    processes,
    async stop() {
      const ends = await Promise.allSettled(processes.map((process) => process.stop()));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}
