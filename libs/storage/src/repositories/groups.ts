import { AppError, type GroupId } from '@sparekey/contracts';
import type { Group, GroupRepository } from '@sparekey/realms';
import { json, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';

type GroupRow = Omit<Group, 'parentId'> & { parentId: GroupId | null };

export function groupRepository(db: Queryable): GroupRepository {
  return {
    async list(realmId) {
      const rows = await db.rows<GroupRow>({
        name: 'group_list',
        text: `select id, realm_id as "realmId", parent_id as "parentId", name, path, attributes,
                 array(select role_id from group_role gr where gr.realm_id = g.realm_id and gr.group_id = g.id
                       order by role_id) as roles
               from "group" g where realm_id = $1 order by path`,
        values: [realmId],
      });
      return rows.map((row) => present(row));
    },
    /** The path is made here from the parent's; a slash in a name is written ~/ in it. */
    async create(group) {
      const id = group.id ?? newId<GroupId>();
      const row = await db.row<{ path: string }>({
        name: 'group_create',
        text: `with made as (
                 insert into "group" (realm_id, id, parent_id, name, path, attributes)
                 values ($1, $2, $3, $4,
                   coalesce((select path from "group" where realm_id = $1 and id = $3), '')
                     || '/' || replace($4, '/', '~/'),
                   $5)
                 returning realm_id, id, path
               ), roles as (
                 insert into group_role (realm_id, group_id, role_id)
                 select made.realm_id, made.id, role_id from made, unnest($6::uuid[]) role_id
               )
               select path from made`,
        values: [group.realmId, id, group.parentId, group.name, json(group.attributes), group.roles],
      });
      if (!row) throw new AppError('internal', 'group_create returned nothing');
      return { ...group, id, path: row.path };
    },
    async rename(realmId, id, name) {
      await db.count({
        name: 'group_rename',
        text: `with recursive renamed as (
                 select id, coalesce((select path from "group" above where above.realm_id = $1 and above.id = g.parent_id), '')
                   || '/' || replace($3, '/', '~/') as path
                 from "group" g where realm_id = $1 and id = $2
                 union all
                 select g.id, r.path || '/' || replace(g.name, '/', '~/')
                 from renamed r join "group" g on g.realm_id = $1 and g.parent_id = r.id
               )
               update "group" g set path = renamed.path, name = case when g.id = $2 then $3 else g.name end
               from renamed where g.realm_id = $1 and g.id = renamed.id`,
        values: [realmId, id, name],
      });
    },
    async remove(realmId, id) {
      await db.count({
        name: 'group_remove',
        text: 'delete from "group" where realm_id = $1 and id = $2',
        values: [realmId, id],
      });
    },
  };
}
