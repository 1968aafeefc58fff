import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: what tokens tell of a person, in one look-up that can also be joined into a token's: composite roles expanded,
 * roles of groups inherited from their parents (as Keycloak does), client roles by client_id, paths of the person's own
 * groups, enabled organizations. Null when there is no such person.
 * Locks: none. Size: nothing is stored.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function user_claims(in_realm uuid, in_user uuid) returns jsonb language sql stable
    begin atomic
      with recursive
      member_of as (
        select g.id, g.parent_id, g.path, true as own
        from user_group ug join "group" g on g.realm_id = ug.realm_id and g.id = ug.group_id
        where ug.realm_id = in_realm and ug.user_id = in_user
        union
        select g.id, g.parent_id, g.path, false
        from member_of m join "group" g on g.realm_id = in_realm and g.id = m.parent_id
      ),
      held as (
        select role_id from user_role where realm_id = in_realm and user_id = in_user
        union
        select gr.role_id from group_role gr where gr.realm_id = in_realm and gr.group_id in (select id from member_of)
        union
        select rc.child_id from held h join role_composite rc on rc.realm_id = in_realm and rc.parent_id = h.role_id
      ),
      named as (
        select r.name, c.client_id
        from held h
        join role r on r.realm_id = in_realm and r.id = h.role_id
        left join client c on c.realm_id = in_realm and c.id = r.client_id
      )
      select jsonb_build_object(
        'user', to_jsonb(u),
        'realmRoles', coalesce((select jsonb_agg(name order by name) from named where client_id is null), '[]'),
        'clientRoles', coalesce((
          select jsonb_object_agg(client_id, names)
          from (select client_id, jsonb_agg(name order by name) as names
                from named where client_id is not null group by client_id) by_client
        ), '{}'),
        'groups', coalesce((select jsonb_agg(path order by path) from member_of where own), '[]'),
        'organizations', coalesce((
          select jsonb_object_agg(o.alias, o.id)
          from organization_member om
          join organization o on o.realm_id = om.realm_id and o.id = om.organization_id
          where om.realm_id = in_realm and om.user_id = in_user and o.enabled
        ), '{}')
      )
      from user_account u
      where u.realm_id = in_realm and u.id = in_user;
    end;
  `);
}

export const down = forwardOnly;
