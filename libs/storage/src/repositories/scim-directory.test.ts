import { addScimConnection, isOfKind, type ScimConnection } from '@sparekey/provisioning';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Queryable, Statement } from '../database/queryable.ts';
import { scimDirectory } from './scim-directory.ts';
import { scimLinks } from './scim-links.ts';

let opened: TestStorage;
beforeAll(async () => {
  opened = await openTestStorage();
});
afterAll(() => opened.close());

const run = <R>(text: string, values: unknown[]) =>
  opened.storage.database.rows<R>({ name: 'test_rows', text, values, dynamic: true });
const unmark = ({ realmId }: ScimConnection) => run('delete from scim_dirty where realm_id = $1', [realmId]);

/** A target that knows so many people, who are in one group. */
async function targetWith(people: number): Promise<ScimConnection<'target'>> {
  const { storage } = opened;
  const { id: realmId } = await addRealm(storage);
  const settings = { baseUrl: 'https://crm.example', groups: ['*'] };
  const draft = { name: 'crm', kind: 'target', profile: 'strict', settings, secret: 'x' } as const;
  const actor = { kind: 'operator', name: 'olga' } as const;
  const connection = await storage.transaction((stores) => addScimConnection(stores, realmId, draft, actor));
  if (!isOfKind(connection, 'target')) throw new Error('a target');
  await run(
    `with people as (
       insert into user_account (realm_id, username, username_norm, email_verified, phone_number_verified, enabled,
         attributes, required_actions)
       select $1, 'p' || n, 'p' || n, false, false, true, '{}', '{}' from generate_series(1, $3::int) n returning id
     ), links as (
       insert into scim_link (realm_id, connection_id, kind, local_id, remote_id, active)
       select $1, $2, 'user', id, 'remote-' || id, true from people
     ), crew as (
       insert into "group" (realm_id, name, path, attributes) values ($1, 'crew', '/crew', '{}') returning id
     ), crew_link as (
       insert into scim_link (realm_id, connection_id, kind, local_id, remote_id, active, sent)
       select $1, $2, 'group', crew.id, 'remote-crew', true, jsonb_build_object('members', (
         select jsonb_agg(jsonb_build_object('value', 'remote-' || people.id)) from people)) from crew
     ) insert into user_group (realm_id, user_id, group_id) select $1, people.id, crew.id from people, crew`,
    [realmId, connection.id, people],
  );
  await unmark(connection);
  return connection;
}

/** The database, and how many blocks it looked at for the last row that it was asked for. */
function counting(): { db: Queryable; blocks: () => number } {
  const { database } = opened.storage;
  let blocks = 0;
  const db: Queryable = {
    async row<R>(statement: Statement) {
      const text = `explain (analyze, buffers, timing off, format json) ${statement.text}`;
      const [told] = await run<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(text, statement.values ?? []);
      const plan = told?.['QUERY PLAN'][0]?.Plan ?? {};
      blocks = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
      return database.row<R>(statement);
    },
    rows: (statement) => database.rows(statement),
    count: (statement) => database.count(statement),
    atomically: (work) => database.atomically(work),
  };
  return { db, blocks: () => blocks };
}

// Nobody has looked at these tables yet, as after an import: everybody was compared with everybody, and with everybody
// again. A group of 200 people took 16 million blocks; one of a thousand, more than the 30 seconds a statement may take.
test('to read a group whom no statistics know of, and to count for the brake, takes at most forty blocks a person', async () => {
  const people = 200;
  const connection = await targetWith(people);
  const { realmId } = connection;
  // Half of them left the group: only a look at each tells why.
  await run(
    `delete from user_group g using user_account u
     where g.realm_id = $1 and u.realm_id = $1 and u.id = g.user_id and substr(u.username, 2)::int % 2 = 0`,
    [realmId],
  );
  const { db, blocks } = counting();
  const [{ id: localId = '' } = {}] = await run<{ id: string }>('select id from "group" where realm_id = $1', [
    realmId,
  ]);
  const state = await scimDirectory(db).read(connection, { kind: 'group', localId });
  expect(state?.members).toHaveLength(people / 2);
  expect(blocks() / people).toBeLessThan(40);
  expect(await scimLinks(db).deprovisionings(connection)).toEqual({ known: people + 1, wanted: 0 });
  expect(blocks() / people).toBeLessThan(40);
});

test('the brake looks at whoever is marked or has a task, and under new settings at everybody', async () => {
  const { pace, queue } = opened.storage.scim;
  const connection = await targetWith(200);
  const { db, blocks } = counting();
  const wanted = async () => (await scimLinks(db).deprovisionings(connection)).wanted;
  await run(`update user_account set enabled = false where realm_id = $1 and username in ('p1', 'p2')`, [
    connection.realmId,
  ]);
  await unmark(connection);
  expect(await wanted()).toBe(2);
  await pace.reconciled(connection);
  expect(await wanted()).toBe(0);
  expect(blocks()).toBeLessThan(40);
  await run(`update user_account set last_name = 'x' where realm_id = $1 and username in ('p1', 'p3')`, [
    connection.realmId,
  ]);
  expect(await wanted()).toBe(1);
  while ((await queue.fold(1000)) > 0);
  expect(await wanted()).toBe(1);
});
