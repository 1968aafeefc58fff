import type { ClientUuid, RoleId } from '@sparekey/contracts';
import type { Role, RoleRepository } from '@sparekey/realms';
import { json, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';

type RoleRow = Omit<Role, 'clientId' | 'description'> & { clientId: ClientUuid | null; description: string | null };

export function roleRepository(db: Queryable): RoleRepository {
  return {
    async list(realmId) {
      const rows = await db.rows<RoleRow>({
        name: 'role_list',
        text: `select id, realm_id as "realmId", client_id as "clientId", name, description, attributes,
                 array(select child_id from role_composite c where c.realm_id = r.realm_id and c.parent_id = r.id
                       order by child_id) as composites
               from role r where realm_id = $1 order by client_id nulls first, name`,
        values: [realmId],
      });
      return rows.map((row) => present(row));
    },
    async create(role) {
      const complete = { ...role, id: role.id ?? newId<RoleId>() };
      await db.count({
        name: 'role_create',
        text: `with parent as (
                 insert into role (realm_id, id, client_id, name, description, attributes)
                 values ($1, $2, $3, $4, $5, $6) returning realm_id, id
               ), children as (
                 insert into role_composite (realm_id, parent_id, child_id)
                 select parent.realm_id, parent.id, child_id from parent, unnest($7::uuid[]) child_id
               )
               select from parent`,
        values: [
          role.realmId,
          complete.id,
          role.clientId,
          role.name,
          role.description,
          json(role.attributes),
          role.composites,
        ],
      });
      return complete;
    },
    async compose(realmId, role, children) {
      await db.count({
        name: 'role_compose',
        text: `insert into role_composite (realm_id, parent_id, child_id)
               select $1, $2, child_id from unnest($3::uuid[]) child_id on conflict do nothing`,
        values: [realmId, role, children],
      });
    },
  };
}
