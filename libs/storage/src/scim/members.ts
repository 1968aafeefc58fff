import type { ScimMember, ScimMemberStore, ScimReach } from '@sparekey/provisioning';
import { groupType, userType } from '@sparekey/scim';
import { isUuid } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { elementSql, type Value } from './filter-sql.ts';
import { groupInReach, membersOf, sourceOf } from './places.ts';
import { type Piece, piece, statement } from './sql.ts';

const parts = new Map<string, Value>([
  ['value', { uuid: piece`member.id` }],
  ['type', { text: piece`lower(member.type)` }],
  ['display', { text: piece`scim_fold(member.display)` }],
]);

export function scimMemberStore(db: Queryable): ScimMemberStore {
  /** The ids that are people, and those that are groups, in reach. */
  async function reached(reach: ScimReach, ids: readonly string[]) {
    const known = async (name: string, { from, where, id }: { from: Piece; where: Piece; id: Piece }) =>
      new Set(
        (
          await db.rows<{ id: string }>(
            statement(name, piece`select ${id} as id from ${from} where ${where} and ${id} = any(${ids}::uuid[])`),
          )
        ).map((row) => row.id),
      );
    const people = await known('scim_members_people', sourceOf(reach, userType));
    const groups =
      people.size === ids.length ? new Set<string>() : await known('scim_members_groups', sourceOf(reach, groupType));
    return { people, groups };
  }

  async function insert(reach: ScimReach, groupId: string, people: Iterable<string>, groups: Iterable<string>) {
    await db.count({
      name: 'scim_members_add_people',
      text: `insert into user_group (realm_id, user_id, group_id) select $1, id, $2 from unnest($3::uuid[]) id
             on conflict do nothing`,
      values: [reach.realmId, groupId, [...people]],
    });
    await db.count({
      name: 'scim_members_add_groups',
      text: `insert into scim_group_member (realm_id, group_id, member_id) select $1, $2, id from unnest($3::uuid[]) id
             on conflict do nothing`,
      values: [reach.realmId, groupId, [...groups]],
    });
  }

  /** Deletes the members of which `condition` is true. */
  async function deleteWhere(reach: ScimReach, groupId: string, condition: Piece): Promise<void> {
    const chosen = piece`select member.id from ${membersOf(reach.realmId, piece`${groupId}::uuid`)} as member where ${condition}`;
    await db.count(
      statement(
        'scim_members_remove',
        piece`with chosen as materialized (${chosen}),
          people as (delete from user_group where realm_id = ${reach.realmId} and group_id = ${groupId}::uuid and user_id in (select id from chosen))
          delete from scim_group_member where realm_id = ${reach.realmId} and group_id = ${groupId}::uuid and member_id in (select id from chosen)`,
      ),
    );
  }

  /** Deletes every member but these, by what is not among them: no name of a member is read for it. */
  async function deleteOthers(reach: ScimReach, groupId: string, ids: readonly string[]): Promise<void> {
    await db.count({
      name: 'scim_members_remove_others',
      text: `with people as (
               delete from user_group where realm_id = $1 and group_id = $2 and user_id <> all ($3::uuid[])
             )
             delete from scim_group_member where realm_id = $1 and group_id = $2 and member_id <> all ($3::uuid[])`,
      values: [reach.realmId, groupId, [...ids]],
    });
  }

  async function add(reach: ScimReach, groupId: string, given: readonly string[]): Promise<string | undefined> {
    const ids = [...new Set(given)];
    const malformed = ids.find((id) => !isUuid(id));
    if (malformed !== undefined) return malformed;
    const { people, groups } = await reached(reach, ids);
    const unknown = ids.find((id) => !people.has(id) && !groups.has(id));
    if (unknown === undefined) await insert(reach, groupId, people, groups);
    return unknown;
  }

  return {
    async page(reach, groupId, { after, limit }) {
      const place = after === undefined ? piece`true` : piece`member.id > ${after}::uuid`;
      return db.rows<ScimMember>(
        statement(
          'scim_members_page',
          piece`select member.id as value, member.type, member.display
            from ${membersOf(reach.realmId, piece`${groupId}::uuid`)} as member
            where ${place} order by member.id limit ${limit}::int`,
        ),
      );
    },
    async inReach(reach, ids) {
      const { people, groups } = await reached(reach, ids.filter(isUuid));
      return new Set([...people, ...groups]);
    },
    add,
    async remove(reach, groupId, ids) {
      const known = ids.filter(isUuid);
      for (const [table, column] of [
        ['user_group', 'user_id'],
        ['scim_group_member', 'member_id'],
      ] as const) {
        await db.count({
          name: `scim_members_remove_${column}`,
          text: `delete from ${table} where realm_id = $1 and group_id = $2 and ${column} = any($3::uuid[])`,
          values: [reach.realmId, groupId, known],
        });
      }
    },
    removeWhere: (reach, groupId, filter) => deleteWhere(reach, groupId, elementSql(filter, parts)),
    async replace(reach, groupId, ids) {
      const malformed = ids.find((id) => !isUuid(id));
      if (malformed !== undefined) return malformed;
      const unknown = await add(reach, groupId, ids);
      if (unknown === undefined) await deleteOthers(reach, groupId, ids);
      return unknown;
    },
    async groupsOf(reach, userIds) {
      const rows = await db.rows<{ userId: string; value: string; display: string }>(
        statement(
          'scim_groups_of',
          piece`select ug.user_id as "userId", g.id as value, g.name as display
            from user_group ug join "group" g on g.realm_id = ug.realm_id and g.id = ug.group_id
            where ug.realm_id = ${reach.realmId} and ug.user_id = any(${[...userIds]}::uuid[]) and ${groupInReach(reach, piece`g.id`)}
            order by g.name collate "C", g.id`,
        ),
      );
      const byUser = new Map<string, ScimMember[]>();
      for (const { userId, ...group } of rows) {
        byUser.set(userId, [...(byUser.get(userId) ?? []), { ...group, type: 'Group' }]);
      }
      return byUser;
    },
  };
}
