import {
  askForSurvey,
  type Finding,
  type ScimConnection,
  type ScimRun,
  type SurveyKind,
  type SurveyParts,
  surveyOn,
  workOn,
} from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { scimWorkerParts } from '../src/scim/worker-parts.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type ScimPeer, startScimPeer } from './scim-peer.ts';
import { addRealm, addTarget, fillRealm } from './scim-realm.ts';

const never = new AbortController().signal;
const actor = { kind: 'operator', name: 'olga' } as const;

type Found = Record<string, [Finding['what'], ...string[]]>;

/** For each test a realm of its own with people `person-1 …` and a group of five, and a target of it at an empty peer. */
export function surveyedTarget(people: number) {
  let database: TestDatabase;
  let storage: Storage;
  let peer: ScimPeer;
  let proxy: FaultProxy;
  let connection: ScimConnection<'target'>;

  beforeAll(async () => {
    database = await createTestDatabase();
    storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
    peer = await startScimPeer({ token: 'peer-token', unique: true });
    proxy = await startFaultProxy(peer.url, () => undefined);
  });
  afterAll(async () => {
    await proxy.close();
    await peer.close();
    await storage.close();
    await database.drop();
  });
  beforeEach(async () => {
    peer.users.clear();
    peer.groups.clear();
    proxy.down = false;
    const realmId = await addRealm(storage);
    await fillRealm(storage, realmId, people, 1, 5);
    connection = await addTarget(storage, realmId, { baseUrl: proxy.url, groups: ['*'], requestsPerSecond: 1000 });
  });

  const world = {
    get storage() {
      return storage;
    },
    get peer() {
      return peer;
    },
    get proxy() {
      return proxy;
    },
    get connection() {
      return connection;
    },
    /** As the worker's, but without its waits. */
    parts: (): SurveyParts => ({
      ...scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console }),
      random: () => 0,
      wait: async () => {},
    }),
    /** Does everything that tasks ask for now. */
    async work(): Promise<void> {
      const { queue } = world.parts();
      for (;;) {
        while ((await queue.fold(5000)) > 0);
        const due = (await queue.due()).find(({ connectionId }) => connectionId === connection.id);
        if (due === undefined) return;
        await workOn(world.parts(), due, never);
      }
    },
    ask: (kind: SurveyKind, repairs = false): Promise<ScimRun> =>
      storage.transaction(async (stores) => {
        const now = await stores.scimConnections.byId(connection.realmId, connection.id);
        return askForSurvey(stores, now ?? connection, { kind, repairs }, actor);
      }),
    /** Has a survey go as far as it goes now. */
    go: (runId: string, changed: Partial<SurveyParts> = {}, signal = never): Promise<void> =>
      surveyOn(
        { ...world.parts(), ...changed },
        { realmId: connection.realmId, connectionId: connection.id, runId },
        signal,
      ),
    async survey(kind: SurveyKind, repairs = false): Promise<{ run: ScimRun; found: Found }> {
      const { id } = await world.ask(kind, repairs);
      await world.go(id);
      return world.result(id);
    },
    /** What it came to, and what it found by name. */
    async result(id: string): Promise<{ run: ScimRun; found: Found }> {
      await storage.scim.runs.settle();
      const run = await storage.scim.runs.get(connection, id);
      if (run === undefined) throw new Error('a run');
      const findings = await storage.scim.surveys.findings(connection, id, undefined, 100);
      const names = await storage.scim.directory.names(
        connection,
        findings.map(({ localId }) => localId),
      );
      const found = findings.map(({ localId, what, attributes }) => [names.get(localId), [what, ...attributes]]);
      return { run, found: Object.fromEntries(found) };
    },
    /** Whom the other side has under this name, to be changed there behind our back. */
    theirs(name: string): { id: string } & Record<string, unknown> {
      const found = [...peer.users.values()].find(({ userName }) => userName === name);
      if (found === undefined) throw new Error(`${name} is not there`);
      return found;
    },
    disable: (...names: string[]) =>
      storage.database.count({
        name: 'test_disable',
        text: 'update user_account set enabled = false where realm_id = $1 and username = any ($2)',
        values: [connection.realmId, names],
      }),
  };
  return world;
}
