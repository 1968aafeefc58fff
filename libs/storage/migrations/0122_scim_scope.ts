import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: who is in the scope of a target, in one place, for one person as for all of them: accounts of clients never, of an
 * organization only its members, of \`people: groups\` only who is in one of the groups. Somebody who was read from the
 * very directory that the target writes to, or came in by a connection named in \`exceptFrom\`, is not sent back there.
 * Locks: none. Size: nothing is stored.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function scim_scope(in_realm uuid, in_connection uuid)
      returns table (kind text, local_id uuid, enabled boolean) language sql stable
    begin atomic
      select 'user', u.id, u.enabled
      from scim_connection c join user_account u on u.realm_id = c.realm_id
      where c.realm_id = in_realm and c.id = in_connection and u.service_account_client_id is null
        and (c.organization_id is null or exists (
          select from organization_member m
          where m.realm_id = c.realm_id and m.organization_id = c.organization_id and m.user_id = u.id
        ))
        and (c.settings ->> 'people' is distinct from 'groups' or exists (
          select from user_group ug join "group" g on g.realm_id = ug.realm_id and g.id = ug.group_id
          where ug.realm_id = c.realm_id and ug.user_id = u.id
            and (jsonb_exists(c.settings -> 'groups', '*') or jsonb_exists(c.settings -> 'groups', g.path))
        ))
        and not exists (
          select from scim_link l join scim_connection o on o.realm_id = l.realm_id and o.id = l.connection_id
          where l.realm_id = c.realm_id and l.kind = 'user' and l.local_id = u.id and o.kind = 'source'
            and (o.settings -> 'baseUrl' = c.settings -> 'baseUrl' or jsonb_exists(c.settings -> 'exceptFrom', o.name))
        )
      union all
      select 'group', g.id, true
      from scim_connection c join "group" g on g.realm_id = c.realm_id
      where c.realm_id = in_realm and c.id = in_connection
        and (jsonb_exists(c.settings -> 'groups', '*') or jsonb_exists(c.settings -> 'groups', g.path))
        and not exists (
          select from scim_link l join scim_connection o on o.realm_id = l.realm_id and o.id = l.connection_id
          where l.realm_id = c.realm_id and l.kind = 'group' and l.local_id = g.id and o.kind = 'source'
            and (o.settings -> 'baseUrl' = c.settings -> 'baseUrl' or jsonb_exists(c.settings -> 'exceptFrom', o.name))
        );
    end;
  `);
}

export const down = forwardOnly;
