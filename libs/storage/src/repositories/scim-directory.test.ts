import { addScimConnection, isOfKind } from '@sparekey/provisioning';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import type { Statement } from '../database/queryable.ts';
import { scimDirectory } from './scim-directory.ts';
import { scimLinks } from './scim-links.ts';

let opened: TestStorage;
beforeAll(async () => {
  opened = await openTestStorage();
});
afterAll(() => opened.close());

const run = <R>(text: string, values: unknown[]) =>
  opened.storage.database.rows<R>({ name: 'test_rows', text, values, dynamic: true });

/** A group of so many people, all of whom a target knows; returns how many blocks it takes to read it, and to count. */
async function blocksFor(people: number): Promise<{ group: number; brake: number }> {
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
  // Half of them left the group: only a look at each tells why.
  await run(
    `delete from user_group g using user_account u
    where g.realm_id = $1 and u.realm_id = $1 and u.id = g.user_id and substr(u.username, 2)::int % 2 = 0`,
    [realmId],
  );
  const blocks = async ({ text, values = [] }: Statement): Promise<number> => {
    const [row] = await run<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      values,
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  };
  const counted = { group: 0, brake: 0 };
  const counting = (part: keyof typeof counted) => ({
    ...opened.storage.database,
    async row<R>(statement: Statement): Promise<R | undefined> {
      counted[part] = await blocks(statement);
      return opened.storage.database.row<R>(statement);
    },
    rows: <R>(statement: Statement) => opened.storage.database.rows<R>(statement),
    count: (statement: Statement) => opened.storage.database.count(statement),
    atomically: <T>(work: Parameters<typeof opened.storage.database.atomically<T>>[0]) =>
      opened.storage.database.atomically(work),
  });
  const [{ id: localId = '' } = {}] = await run<{ id: string }>('select id from "group" where realm_id = $1', [
    realmId,
  ]);
  const state = await scimDirectory(counting('group')).read(connection, { kind: 'group', localId });
  expect(state?.members).toHaveLength(people / 2);
  expect(await scimLinks(counting('brake')).deprovisionings(connection)).toEqual({ known: people + 1, wanted: 0 });
  return counted;
}

// Nobody has looked at these tables yet, as after an import: everybody was compared with everybody, and with everybody
// again. A group of 200 people took 16 million blocks; one of a thousand, more than the 30 seconds a statement may take.
test('to read a group whom no statistics know of, and to count for the brake, takes at most forty blocks a person', async () => {
  const people = 200;
  const { group, brake } = await blocksFor(people);
  expect([group / people, brake / people].every((each) => each > 1 && each < 40)).toBe(true);
});
