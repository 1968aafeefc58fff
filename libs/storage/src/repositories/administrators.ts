import type { Recipient } from '@sparekey/messages';
import { ADMIN_ROLE, administratorRoles, MASTER_REALM } from '@sparekey/realms';
import { present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { realmRepository } from './realms.ts';

/** More than any realm should have; a role that everybody holds must not turn an alarm into a flood. */
const MOST = 200;

type Row = Omit<Recipient, 'locale'> & { locale: string | null };

/**
 * Everybody who administers a realm, by a role of their own, within another role or of a group, and the administrators
 * of realm `master`: those with a verified address, disabled ones as well, since an alarm is for them too.
 */
export async function administratorsOf(db: Queryable, realmId: Recipient['realmId']): Promise<Recipient[]> {
  const realm = await realmRepository(db).byId(realmId);
  const rows = await db.rows<Row>({
    name: 'administrators_to_tell',
    text: `with recursive wanted as (
             select r.realm_id, r.id from role r
             where (r.realm_id = $1 and r.name = any ($2::text[]))
                or (r.client_id is null and r.name = $4 and r.realm_id = (select id from realm where name = $3))
             union
             select c.realm_id, c.parent_id from wanted w
             join role_composite c on c.realm_id = w.realm_id and c.child_id = w.id
           ), within as (
             select g.realm_id, g.group_id as id from group_role g
             join wanted w on w.realm_id = g.realm_id and w.id = g.role_id
             union
             select g.realm_id, g.id from within p join "group" g on g.realm_id = p.realm_id and g.parent_id = p.id
           ), holder as (
             select ur.realm_id, ur.user_id from user_role ur
             join wanted w on w.realm_id = ur.realm_id and w.id = ur.role_id
             union
             select ug.realm_id, ug.user_id from user_group ug
             join within p on p.realm_id = ug.realm_id and p.id = ug.group_id
           )
           select u.realm_id as "realmId", u.id as "userId", u.username, u.email, u.locale from holder h
           join user_account u on u.realm_id = h.realm_id and u.id = h.user_id
           where u.service_account_client_id is null and u.email is not null and u.email_verified
           order by u.created_at limit ${MOST}`,
    values: [realmId, realm === undefined ? [] : administratorRoles(realm), MASTER_REALM, ADMIN_ROLE],
  });
  return rows.map((row) => present(row) as Recipient);
}
