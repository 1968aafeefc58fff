import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type RunningProcess, startProcess } from '@sparekey/testing';

/** A durable PostgreSQL with an owner process, both of which can be killed; it comes back on the same address. */
export class MortalPostgres {
  readonly #base: string;
  readonly #port: number;
  #owner: RunningProcess | undefined;
  #server: { pid: number; url: string } | undefined;

  private constructor(base: string, port: number) {
    this.#base = base;
    this.#port = port;
  }

  static async create(): Promise<MortalPostgres> {
    const base = await mkdtemp(join(tmpdir(), 'sparekey-faults-'));
    await chmod(base, 0o755);
    const postgres = new MortalPostgres(base, await freePort());
    await postgres.start();
    return postgres;
  }

  /** The same after every restart. */
  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<void> {
    this.#owner = await startProcess({
      entry: join(import.meta.dirname, 'postgres-owner.ts'),
      args: [join(this.#base, 'data'), String(this.#port)],
      readyLine: '"ready":true',
      timeoutSeconds: 60,
    });
    const told = /\{.*"ready":true\}/.exec(this.#owner.output())?.[0] ?? '{}';
    this.#server = JSON.parse(told);
  }

  /** SIGKILL to the server: its owner hears of it and ends. */
  async killServer(): Promise<void> {
    if (this.#server) process.kill(this.#server.pid, 'SIGKILL');
    await this.#owner?.exited;
  }

  /** SIGKILL to the owner: the server goes on as an orphan until the next start ends it. */
  async killOwner(): Promise<void> {
    await this.#owner?.kill();
  }

  async remove(): Promise<void> {
    await this.#owner?.stop();
    await rm(this.#base, { recursive: true });
  }
}
