import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultPolicy } from '@sparekey/policy';
import { addScimConnection, type ScimConnection } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { freePort, type RunningProcess, startProcess } from '@sparekey/testing';
import { commandLine } from './testing/command-line.ts';

const TOKEN = 'canary-token';
const actor = { kind: 'operator', name: 'test' } as const;
const masterKey = randomBytes(32);
const outbound = { SPAREKEY_OUTBOUND_ALLOW: '127.0.0.0/8' };
const apps = join(import.meta.dirname, '../../apps/provisioner');

let storage: Storage;
let peerProcess: RunningProcess;
let provisioner: RunningProcess;
let peer: { url: string; counts: string };

// Before the database goes: whoever is connected with it ends first.
afterAll(async () => {
  await Promise.all([provisioner.stop(), peerProcess.stop(), storage.close()]);
});
const cli = commandLine(masterKey, outbound);

beforeAll(async () => {
  storage = await openStorage({ databaseUrl: cli.databaseUrl, masterKey, poolSize: 2 });
  const management = String(await freePort());
  [peerProcess, provisioner] = await Promise.all([
    startProcess({ entry: join(apps, 'test/scim-peer-process.ts'), args: [TOKEN], readyLine: 'ready' }),
    startProcess({
      entry: join(apps, 'src/main.ts'),
      env: {
        ...outbound,
        DATABASE_URL: cli.databaseUrl,
        SPAREKEY_MASTER_KEY: masterKey.toString('base64'),
        SPAREKEY_MANAGEMENT_PORT: management,
        SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
      },
      readyLine: 'provisioner ready',
    }),
  ]);
  peer = JSON.parse(peerProcess.output().split('\n')[0] ?? '');
});

/**
 * A realm of its own with people `ada-… bob-…` and a group of both, and a connection `peer` of it. While it is held nobody
 * asks the other side anything: what comes first is up to the test.
 */
async function addRealm(
  name: string,
  { kind = 'target' as 'target' | 'source', secret = TOKEN as string | null, held = false } = {},
): Promise<ScimConnection> {
  const { stores } = storage;
  const { id } = await stores.realms.create({ name, enabled: true, policy: defaultPolicy, attributes: {} });
  const known = {
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
  };
  const group = await stores.groups.create({ realmId: id, name, attributes: {}, roles: [] });
  for (const first of ['ada', 'bob']) {
    const user = await stores.users.create({ realmId: id, username: `${first}-${name}`, ...known });
    await stores.users.joinGroup(id, user.id, group.id);
  }
  const remote = {
    baseUrl: peer.url,
    ...(kind === 'target' && { groups: ['*'], requestsPerSecond: 1000 }),
  };
  const draft = { name: 'peer', kind, profile: 'strict', settings: remote };
  const added = await storage.transaction((inside) => addScimConnection(inside, id, draft, actor));
  if (secret !== null) await stores.scimConnections.setSecret(id, added.id, secret);
  if (secret !== null) await opened(added, held ? 'infinity' : '-infinity');
  return added;
}

/** It is active, and the other side is asked nothing before then. */
async function opened({ realmId, id }: ScimConnection, notBefore: string): Promise<void> {
  await storage.database.count({
    name: 'test_opened',
    text: `with active as (
             update scim_connection set state = 'active', state_reason = null where realm_id = $1 and id = $2
           )
           update scim_pace set not_before = $3 where realm_id = $1 and connection_id = $2`,
    values: [realmId, id, notBefore],
  });
}

async function begun(connection: ScimConnection): Promise<void> {
  while ((await storage.scim.runs.list(connection, 1)).length === 0) await wait(20);
}

test('a run of a target ends with what was done, and the next one with everybody unchanged', async () => {
  const connection = await addRealm('acme', { held: true });
  const running = cli.run('scim', 'sync', 'acme', 'peer');
  await begun(connection);
  await opened(connection, '-infinity');
  const first = await running;
  expect([first.code, first.out]).toEqual([0, 'WHAT     PEOPLE AND GROUPS\ncreated  3\n']);
  expect(first.err).toContain('looked at: 3 of 3\n');
  const second = await cli.run('scim', 'sync', 'acme', 'peer', '--json');
  expect(JSON.parse(second.out)).toMatchObject({
    kind: 'full',
    state: 'done',
    askedBy: 'sparekey scim',
    scheduled: 3,
    outcome: { counts: { created: 0, unchanged: 3, failed: {} }, problems: [] },
  });
  const listed = await cli.run('scim', 'runs', 'acme', 'peer');
  expect(listed.out).toMatch(/^RUN [^\n]*\n[^\n]*full +done +sparekey scim +3 unchanged\n[^\n]* 3 created\n$/);
  const events = await storage.auditReader.list(connection.realmId, { limit: 10 });
  expect(events.filter(({ type }) => type === 'scim_run.asked')).toMatchObject([
    { detail: { connection: 'peer', type: 'full' } },
    { detail: { connection: 'peer', type: 'full' } },
  ]);
});

test('who waits for a run may go: it is said that the run goes on, and it does', async () => {
  const connection = await addRealm('slow', { held: true });
  const left = await cli.interrupt('looked at: ', 'scim', 'sync', 'slow', 'peer');
  expect([left.code, left.out]).toEqual([130, '']);
  expect(left.err).toContain('it goes on: `scim runs` tells');
  expect(await storage.scim.runs.list(connection, 5)).toMatchObject([{ kind: 'full', state: 'running' }]);
});

test('a source is asked to be read, once: while that is to come another reading is refused; the next one is waited for', async () => {
  const connection = await addRealm('hr', { kind: 'source', held: true });
  expect(await cli.run('scim', 'sync', 'hr', 'peer', '--no-wait')).toMatchObject({ code: 0, out: 'It has begun.\n' });
  expect(await storage.scim.runs.openReading(connection)).toMatchObject({ kind: 'pull', state: 'asked' });
  const again = await cli.run('scim', 'sync', 'hr', 'peer', '--no-wait');
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('peer is being read already')]);
  await opened(connection, '-infinity');
  while ((await storage.scim.runs.openReading(connection)) !== undefined) await wait(50);
  const read = await cli.run('scim', 'sync', 'hr', 'peer', '--json');
  expect([read.code, JSON.parse(read.out)]).toMatchObject([
    0,
    { kind: 'pull', state: 'done', outcome: { problems: [] } },
  ]);
});

/** As an administrator of the other side, behind our back. */
async function changeBob(realm: string, operation: object): Promise<void> {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/scim+json' };
  const filter = encodeURIComponent(`userName eq "bob-${realm}"`);
  const found = (await (await fetch(`${peer.url}/Users?filter=${filter}`, { headers })).json()) as {
    Resources: { id: string }[];
  };
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
  const response = await fetch(`${peer.url}/Users/${found.Resources[0]?.id}`, {
    method: 'PATCH',
    headers,
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
}

/** Requests that wrote something, by method. */
const writes = async () => ({ ...((await (await fetch(peer.counts)).json()) as object), GET: 0 });

test('drift is found without a write and told without a value; a repair makes it so again, and says so', async () => {
  const connection = await addRealm('drift');
  const sent = async () => (await storage.scim.journal.summary(connection, new Date(0))).created;
  while ((await sent()) !== 3) await wait(50);
  await changeBob('drift', { op: 'replace', path: 'active', value: false });
  const before = await writes();
  const found = await cli.run('scim', 'drift', 'drift', 'peer');
  expect([found.code, found.out]).toEqual([
    0,
    [
      'KIND  NAME       WHAT     ATTRIBUTES AND WHY',
      'user  bob-drift  differs  active',
      '',
      'WHAT       PEOPLE AND GROUPS',
      'unchanged  2',
      'differing  1',
      '',
    ].join('\n'),
  ]);
  expect(await writes()).toEqual(before);
  const repaired = await cli.run('scim', 'drift', 'drift', 'peer', '--repair', '--json');
  expect(JSON.parse(repaired.out)).toMatchObject({
    kind: 'drift',
    state: 'done',
    repairs: true,
    outcome: { counts: { differing: 1, repaired: 1 } },
    findings: [{ name: 'bob-drift', what: 'differs', attributes: ['active'] }],
  });
});

test('a paused target tells what its first run would do: to everybody by name, to one with every value; nothing is written', async () => {
  await addRealm('later', { secret: null });
  const file = join(cli.directory, 'secret');
  await writeFile(file, TOKEN);
  const given = ['scim', 'connection', 'update', 'later', 'peer', '--secret-file', file, '--state', 'paused'];
  expect((await cli.run(...given)).out).toBe('peer is paused, version 2.\n');
  const before = await writes();
  const all = await cli.run('scim', 'preview', 'later', 'peer', '--all');
  expect(all.out).toMatch(
    /^KIND.*\nuser +\w+-later +created\nuser .*\ngroup +\/later +created\n\nWHAT.*\ncreated +3\n$/,
  );
  const ada = await cli.run('scim', 'preview', 'later', 'peer', '--user', 'ada-later');
  expect([ada.code, ada.err]).toEqual([0, '']);
  expect(ada.out).toMatch(/^ATTRIBUTE +THERE NOW +THEN\n[\s\S]*^userName +ada-later\n[\s\S]*^POST \/Users\n/m);
  const group = JSON.parse((await cli.run('scim', 'preview', 'later', 'peer', '--group', '/later', '--json')).out);
  expect(group.changes).toContainEqual({ attribute: 'displayName', after: 'later', isSent: true });
  expect(await writes()).toEqual(before);
  expect((await cli.run('scim', 'preview', 'later', 'peer', '--all', '--user', 'ada-later')).code).toBe(2);
});

test('a source is previewed and read: what comes of one person, of everybody, and the table at the end', async () => {
  await addRealm('sent');
  expect((await cli.run('scim', 'sync', 'sent', 'peer')).code).toBe(0);
  const source = await addRealm('read', { kind: 'source', held: true });
  const one = await cli.run('scim', 'preview', 'read', 'peer', '--user', 'ada-sent');
  expect([one.code, one.err]).toEqual([0, '']);
  expect(one.out).toMatch(/^ATTRIBUTE +HERE NOW +THEN\n[\s\S]*^userName +ada-sent\n[\s\S]* would be created\.\n$/m);
  const nobody = await cli.run('scim', 'preview', 'read', 'peer', '--user', 'nobody');
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('peer has no user of the name or id nobody')]);
  expect((await cli.run('scim', 'drift', 'read', 'peer')).err).toContain('which has the final say');

  const running = cli.run('scim', 'sync', 'read', 'peer', '--json');
  await begun(source);
  await opened(source, '-infinity');
  const { code, out } = await running;
  const run = JSON.parse(out);
  expect([code, run.state, run.kind]).toEqual([0, 'done', 'pull']);
  const all = JSON.parse((await cli.run('scim', 'preview', 'read', 'peer', '--all', '--json')).out);
  expect(all.outcome).toMatchObject({ total: run.outcome.total, counts: { created: 0, updated: 0 } });
  const { stores } = storage;
  const ada = await stores.users.byLogin(source.realmId, 'ada-sent');
  expect(ada).toMatchObject({ enabled: true });
  expect((await cli.run('scim', 'runs', 'read', 'peer')).out).toMatch(/ pull +done /);
});
