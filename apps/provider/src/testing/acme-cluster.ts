import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { PolicyInput } from '@sparekey/policy';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type Acme, createAcme } from './acme.ts';
import { type Cluster, startCluster } from './provider-processes.ts';

/** Realm acme and two provider processes on a database of this test file alone; they run from beforeAll to afterAll. */
export function useAcmeCluster(policy: PolicyInput): { readonly acme: Acme; readonly cluster: Cluster } {
  let database: TestDatabase | undefined;
  const running: { acme?: Acme; cluster?: Cluster } = {};
  beforeAll(async () => {
    database = await createTestDatabase();
    const masterKey = randomBytes(32);
    running.acme = await createAcme(database.url, masterKey, policy);
    running.cluster = await startCluster(database.url, masterKey);
  }, 120_000);
  afterAll(async () => {
    const [stopped] = await Promise.allSettled([running.cluster?.stop()]);
    await running.acme?.close();
    await database?.drop();
    if (stopped.status === 'rejected') throw stopped.reason;
  });
  const present = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('it runs from beforeAll on');
    return part;
  };
  return {
    get acme() {
      return present(running.acme);
    },
    get cluster() {
      return present(running.cluster);
    },
  };
}
