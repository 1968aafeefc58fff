import type { LocalDirectory, LocalState } from '@sparekey/provisioning';
import { normaliseLogin } from '@sparekey/realms';
import { isUuid } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { toUser, type UserRow } from './user-row.ts';

export function scimDirectory(db: Queryable): LocalDirectory {
  async function person(realmId: string, connectionId: string, localId: string): Promise<LocalState | undefined> {
    const row = await db.row<UserRow & { in_scope: boolean; excepted: boolean; group_paths: string[] }>({
      name: 'scim_read_person',
      text: `select u.*, exists (select from scim_scope($1, $2) s where s.kind = 'user' and s.local_id = $3) as in_scope,
               (select scim_is_excepted($1, c.excepted, $3) from scim_reach($1, $2) c) as excepted,
               array(select g.path from user_group ug join "group" g on g.realm_id = ug.realm_id and g.id = ug.group_id
                     where ug.realm_id = $1 and ug.user_id = $3 order by g.path) as group_paths
             from user_account u where u.realm_id = $1 and u.id = $3`,
      values: [realmId, connectionId, localId],
    });
    if (row === undefined) return undefined;
    const user = toUser(row);
    const { id, username, email, emailVerified, phoneNumber, phoneNumberVerified, firstName, lastName, locale } = user;
    const { enabled, attributes } = user;
    const orNull = <T>(value: T | undefined): T | null => value ?? null;
    return {
      inScope: row.in_scope,
      excepted: row.excepted,
      enabled,
      members: [],
      variables: {
        user: {
          id,
          username,
          email: orNull(email),
          emailVerified,
          phoneNumber: orNull(phoneNumber),
          phoneNumberVerified,
          firstName: orNull(firstName),
          lastName: orNull(lastName),
          locale: orNull(locale),
          enabled,
          attributes,
          groups: row.group_paths,
        },
      },
    };
  }

  async function group(realmId: string, connectionId: string, localId: string): Promise<LocalState | undefined> {
    const row = await db.row<{
      id: string;
      name: string;
      path: string;
      attributes: Record<string, string[]>;
      in_scope: boolean;
      excepted: boolean;
      members: string[];
    }>({
      name: 'scim_read_group',
      // By key, one after the other: joined, a planner without statistics goes through all people for each member. Accounts
      // of clients have no links.
      text: `with meant as materialized (
               select (
                   select l.remote_id from scim_link l
                   where l.realm_id = $1 and l.connection_id = $2 and l.kind = 'user' and l.local_id = ug.user_id
                 ) as remote_id
               from scim_reach($1, $2) c, user_group ug
               where ug.realm_id = $1 and ug.group_id = $3
                 and scim_takes_person($1, c.organization_id, c.people_of, c.excepted, ug.user_id)
             ), others as materialized (
               select m ->> 'value' as remote_id from scim_link g, jsonb_array_elements(g.sent -> 'members') m
               where g.realm_id = $1 and g.connection_id = $2 and g.kind = 'group' and g.local_id = $3
               except select remote_id from meant
             ), known as materialized (
               select o.remote_id, (
                   select l.local_id from scim_link l
                   where l.remote_id = o.remote_id and l.active and l.realm_id is not distinct from $1
                     and l.connection_id is not distinct from $2 and l.kind is not distinct from 'user'
                 ) as local_id
               from others o
             )
             select g.id, g.name, g.path, g.attributes,
               exists (select from scim_scope($1, $2) s where s.kind = 'group' and s.local_id = $3) as in_scope,
               (select scim_is_excepted($1, c.excepted, $3) from scim_reach($1, $2) c) as excepted,
               array(select remote_id from meant where remote_id is not null
                     union all
                     select k.remote_id from known k
                     where k.local_id is not null and (
                       select true from scim_scope($1, $2) s where s.kind = 'user' and s.local_id = k.local_id
                     ) is null) as members
             from "group" g where g.realm_id = $1 and g.id = $3`,
      values: [realmId, connectionId, localId],
    });
    if (row === undefined) return undefined;
    const { id, name, path, attributes, members, excepted } = row;
    const variables = { group: { id, name, path, attributes } };
    return { inScope: row.in_scope, excepted, enabled: true, members, variables };
  }

  return {
    read: ({ realmId, id }, { kind, localId }) =>
      kind === 'user' ? person(realmId, id, localId) : group(realmId, id, localId),
    async names({ realmId }, localIds) {
      const rows = await db.rows<{ id: string; name: string }>({
        name: 'scim_names',
        text: `select id, username as name from user_account where realm_id = $1 and id = any ($2::uuid[])
               union all
               select id, path from "group" where realm_id = $1 and id = any ($2::uuid[])`,
        values: [realmId, localIds],
      });
      return new Map(rows.map(({ id, name }) => [id, name]));
    },
    async remoteIds({ realmId, id }, references) {
      const rows = await db.rows<{ reference: string; remote_id: string }>({
        name: 'scim_remote_ids',
        // By key, one after the other: joined, a planner without statistics goes through all links for each reference.
        text: `with meant as materialized (
                 select r.reference, coalesce(r.id, (
                   select user_id from user_login u where u.realm_id = $1 and u.login = r.login)) as id
                 from unnest($3::text[], $4::text[], $5::uuid[]) r (reference, login, id)
               ), known as materialized (
                 select reference, (
                   select remote_id from scim_link l
                   where l.realm_id = $1 and l.connection_id = $2 and l.kind = 'user' and l.local_id = meant.id
                 ) as remote_id
                 from meant
               )
               select reference, remote_id from known where remote_id is not null`,
        values: [
          realmId,
          id,
          references,
          references.map((reference) => normaliseLogin(reference)),
          references.map((reference) => (isUuid(reference) ? reference : null)),
        ],
      });
      return new Map(rows.map(({ reference, remote_id }) => [reference, remote_id]));
    },
  };
}
