import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { ScimSecurityEvent, ScimSecurityEventStore } from '@sparekey/provisioning';
import { isUuid, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const columns = `e.id, e.event, e.resource_type as "resourceType", e.resource_id as "resourceId",
  e.external_id as "externalId", e.attributes, e.created_at as "createdAt"`;

type Row = Omit<ScimSecurityEvent, 'externalId'> & { externalId: string | null };
type Claimed = Row & { realmId: RealmId; connectionId: ScimConnectionId; attempts: number };

export function scimSecurityEvents(db: Queryable): ScimSecurityEventStore {
  return {
    async pending(realmId, connectionId, limit) {
      const rows = await db.rows<Row>({
        name: 'scim_events_pending',
        text: `select ${columns} from scim_security_event e where realm_id = $1 and connection_id = $2 order by id limit $3`,
        values: [realmId, connectionId, limit],
      });
      return rows.map((row) => present(row));
    },
    async claim({ limit, seconds }) {
      const rows = await db.rows<Claimed>({
        name: 'scim_events_claim',
        text: `update scim_security_event e
               set attempts = attempts + 1, next_at = now() + make_interval(secs => $2)
               from (
                 select due.realm_id, due.id from scim_security_event due
                 join scim_connection c on c.realm_id = due.realm_id and c.id = due.connection_id
                 where due.next_at <= now() and c.state = 'active' and c.settings #>> '{events,delivery}' = 'push'
                 order by due.id limit $1 for update of due skip locked
               ) chosen
               where e.realm_id = chosen.realm_id and e.id = chosen.id
               returning ${columns}, e.realm_id as "realmId", e.connection_id as "connectionId", e.attempts`,
        values: [limit, seconds],
      });
      return rows.map((row) => present(row)).sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    acknowledge: (realmId, connectionId, ids) =>
      db.count({
        name: 'scim_events_acknowledge',
        text: 'delete from scim_security_event where realm_id = $1 and connection_id = $2 and id = any($3::uuid[])',
        values: [realmId, connectionId, ids.filter(isUuid)],
      }),
    async failed(realmId, id, error, next) {
      await db.count({
        name: 'scim_events_failed',
        text: 'update scim_security_event set last_error = $3, next_at = $4 where realm_id = $1 and id = $2',
        values: [realmId, id, error.replaceAll('\0', '').slice(0, 500), next],
      });
    },
    expire: (days) =>
      db.count({
        name: 'scim_events_expire',
        text: 'delete from scim_security_event where created_at < now() - make_interval(days => $1)',
        values: [days],
      }),
  };
}
