import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { PolicyInput } from '@sparekey/policy';
import { migrate } from '@sparekey/storage';
import { type Acme, createAcme } from '../../src/testing/acme.ts';
import { type Cluster, startCluster } from '../../src/testing/provider-processes.ts';
import { MortalPostgres } from './mortal-postgres.ts';

export type Victim = 'first provider' | 'second provider' | 'postgres' | 'owner of postgres' | 'postgres and its owner';

/** Two provider processes on a PostgreSQL of their own, and the means to kill any of it. */
export class MortalCluster {
  readonly postgres: MortalPostgres;
  readonly acme: Acme;
  readonly providers: Cluster;

  private constructor(postgres: MortalPostgres, acme: Acme, providers: Cluster) {
    this.postgres = postgres;
    this.acme = acme;
    this.providers = providers;
  }

  static async create(policy: PolicyInput): Promise<MortalCluster> {
    const postgres = await MortalPostgres.create();
    const masterKey = randomBytes(32);
    await migrate(postgres.url);
    const acme = await createAcme(postgres.url, masterKey, policy);
    return new MortalCluster(postgres, acme, await startCluster(postgres.url, masterKey));
  }

  /** kill -9; resolves when it is dead. */
  async kill(victim: Victim): Promise<void> {
    const [first, second] = this.providers.processes;
    if (victim === 'first provider') return first.kill();
    if (victim === 'second provider') return second.kill();
    if (victim === 'postgres') return this.postgres.killServer();
    if (victim === 'owner of postgres') return this.postgres.killOwner();
    await Promise.all([this.postgres.killServer(), this.postgres.killOwner()]);
  }

  /** Starts again what was killed; resolves when it is ready. */
  async revive(victim: Victim): Promise<void> {
    const [first, second] = this.providers.processes;
    if (victim === 'first provider') return first.start();
    if (victim === 'second provider') return second.start();
    return this.postgres.start();
  }

  /** Runs a statement as soon as the database takes it; a connection that a kill cut fails once. */
  async untilAnswered<T>(work: () => Promise<T>): Promise<T> {
    for (const deadline = performance.now() + 30_000; ; ) {
      try {
        return await work();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async remove(): Promise<void> {
    const [stopped] = await Promise.allSettled([this.providers.stop()]);
    await this.acme.close();
    await this.postgres.remove();
    // A provider that did not outlive the kills of others.
    if (stopped.status === 'rejected') throw stopped.reason;
  }
}

/** One for the tests of a file. */
export function useMortalCluster(policy: PolicyInput): () => MortalCluster {
  let cluster: MortalCluster | undefined;
  beforeAll(async () => {
    cluster = await MortalCluster.create(policy);
  }, 120_000);
  afterAll(() => cluster?.remove(), 60_000);
  return () => {
    if (cluster === undefined) throw new Error('it runs from beforeAll on');
    return cluster;
  };
}
