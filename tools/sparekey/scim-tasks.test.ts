import { randomBytes } from 'node:crypto';
import { defaultPolicy } from '@sparekey/policy';
import { scimWorkerParts } from '@sparekey/provisioner/scim';
import { addScimConnection, type ScimConnection, workOn } from '@sparekey/provisioning';
import type { Realm } from '@sparekey/realms';
import { openStorage, type Storage } from '@sparekey/storage';
import { commandLine } from './testing/command-line.ts';
import { type SmallTarget, startSmallTarget } from './testing/small-target.ts';

const masterKey = randomBytes(32);
let storage: Storage;
let target: SmallTarget;
// Before the database is dropped, as hooks run in their order.
afterAll(async () => {
  await target.close();
  await storage.close();
});
const cli = commandLine(masterKey);
let realm: Realm;
let connection: ScimConnection;

beforeAll(async () => {
  storage = await openStorage({ databaseUrl: cli.databaseUrl, masterKey, poolSize: 4 });
  target = await startSmallTarget();
  realm = await storage.stores.realms.create({ name: 'acme', enabled: true, policy: defaultPolicy, attributes: {} });
  for (const username of ['ada', 'bob', 'cyn']) {
    const flags = { emailVerified: false, phoneNumberVerified: false, enabled: true };
    await storage.stores.users.create({ realmId: realm.id, username, ...flags, attributes: {}, requiredActions: [] });
  }
  const settings = { baseUrl: target.url, correlate: 'ask', brake: { count: 0, percent: 0 } };
  const draft = { name: 'crm', kind: 'target', profile: 'strict', settings, secret: 'x' } as const;
  connection = await storage.transaction((stores) =>
    addScimConnection(stores, realm.id, draft, { kind: 'operator', name: 'test' }),
  );
});

async function work(): Promise<void> {
  const parts = scimWorkerParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  await parts.queue.fold(100);
  const due = { realmId: realm.id, connectionId: connection.id };
  await workOn(parts, due, new AbortController().signal);
}

const statement = (text: string) => storage.database.count({ name: 'test_statement', text, dynamic: true });
const scim = (...words: string[]) => cli.run('scim', ...words);
const named = (name: string) => [...target.people.values()].find(({ userName }) => userName === name);

test('what a target refuses, asks about or may not end is listed with its cause, and goes on when an operator says so', async () => {
  target.refused.add('bob');
  target.people.set('theirs', { id: 'theirs', userName: 'cyn', active: true });
  await work();
  const listed = await scim('tasks', 'acme', 'crm');
  expect(listed.out).toMatch(/user +bob +dead +1 +answered 400: invalidValue: no bob here/);
  expect(listed.out).toMatch(/user +cyn +asking +0 +may it take over the user theirs/);
  expect(listed.err).toBe('0 open, 1 dead, 0 staged, 1 asking\n');

  target.refused.clear();
  expect((await scim('retry', 'acme', 'crm')).out).toBe('1 tried again.\n');
  expect((await scim('allow', 'acme', 'crm', '--user', 'bob')).out).toBe('0 allowed.\n');
  expect((await scim('allow', 'acme', 'crm', '--user', 'cyn', '--group', '/x')).code).toBe(2);
  expect((await scim('allow', 'acme', 'crm', '--user', 'cyn')).out).toBe('1 allowed.\n');
  await work();
  expect(target.people.size).toBe(3);
  expect(named('cyn')).toMatchObject({ id: 'theirs', externalId: expect.any(String) });

  await statement(`update user_account set enabled = false where username = 'ada'`);
  await work();
  expect(named('ada')?.active).toBe(true);
  const json = JSON.parse((await scim('tasks', 'acme', 'crm', '--json')).out);
  expect(json).toMatchObject({ counts: { open: 0, staged: 1 }, tasks: [{ name: 'ada', state: 'staged' }] });
  expect(JSON.parse((await scim('allow', 'acme', 'crm', '--json')).out)).toEqual({ allowed: 1 });
  await work();
  expect(named('ada')?.active).toBe(false);

  const told = await storage.database.rows({
    name: 'test_told',
    text: `select type, detail from audit_event where type like 'scim_tasks.%' order by at`,
  });
  const once = { connection: 'crm', count: 1 };
  expect(told).toEqual([
    { type: 'scim_tasks.retried', detail: once },
    { type: 'scim_tasks.allowed', detail: { ...once, resource: expect.any(String) } },
    { type: 'scim_tasks.allowed', detail: once },
  ]);
});

// Tasks were opened one state after the other, each for good, and the trail was told at the end, if it came to that.
test('without its audit event nothing is allowed', async () => {
  await statement(`insert into scim_task (realm_id, connection_id, kind, local_id, state)
    select realm_id, id, 'user', uuidv7(), held from scim_connection, unnest(array['staged', 'asking', 'dead']) held`);
  await statement(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'no space left' using errcode = '53100'; end $$`);
  await statement(`create trigger full_disk before insert on audit_event for each row execute function full_disk()`);
  expect(await scim('allow', 'acme', 'crm')).toMatchObject({ code: 1, out: '' });
  expect(await storage.scim.queue.counts(connection)).toEqual({ open: 0, dead: 1, staged: 1, asking: 1 });
});
