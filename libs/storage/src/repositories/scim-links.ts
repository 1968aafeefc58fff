import type { LinkStore, ScimLink } from '@sparekey/provisioning';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { withChange } from './scim-link-change.ts';

export type LinkRow = Omit<ScimLink, 'remoteId' | 'etag' | 'disabledAt'> & {
  remoteId: string | null;
  etag: string | null;
  disabledAt: Date | null;
};

export const linkColumns = `kind, local_id as "localId", remote_id as "remoteId", sent, etag, active, waits_for as "waitsFor",
  disabled_at as "disabledAt"`;

export const toLink = (row: LinkRow): ScimLink => ({
  ...row,
  remoteId: row.remoteId ?? undefined,
  etag: row.etag ?? undefined,
  disabledAt: row.disabledAt ?? undefined,
});

export function scimLinks(db: Queryable): LinkStore {
  return {
    async get({ realmId, id }, { kind, localId }) {
      const row = await db.row<LinkRow>({
        name: 'scim_link_get',
        text: `select ${linkColumns} from scim_link
               where realm_id = $1 and connection_id = $2 and kind = $3 and local_id = $4`,
        values: [realmId, id, kind, localId],
      });
      return row && toLink(row);
    },
    async byRemoteIds({ realmId, id }, kind, remoteIds) {
      const rows = await db.rows<LinkRow>({
        name: 'scim_link_by_remote_ids',
        text: `select ${linkColumns} from scim_link
               where realm_id = $1 and connection_id = $2 and kind = $3 and remote_id = any ($4)`,
        values: [realmId, id, kind, remoteIds],
      });
      return new Map(rows.map((row) => [row.remoteId ?? '', toLink(row)]));
    },
    save: (connection, link, change) =>
      withChange(db, connection, link, change, {
        name: 'scim_link_save',
        text: `insert into scim_link (realm_id, connection_id, kind, local_id, remote_id, sent, etag, active, waits_for,
                 disabled_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               on conflict (realm_id, connection_id, kind, local_id) do update
                 set remote_id = excluded.remote_id, sent = excluded.sent, etag = excluded.etag,
                   active = excluded.active, waits_for = excluded.waits_for, disabled_at = excluded.disabled_at,
                   updated_at = now()`,
        values: [
          connection.realmId,
          connection.id,
          link.kind,
          link.localId,
          link.remoteId,
          json(link.sent),
          link.etag,
          link.active,
          link.waitsFor,
          link.disabledAt,
        ],
      }),
    remove: (connection, subject, change) =>
      withChange(db, connection, subject, change, {
        name: 'scim_link_remove',
        text: 'delete from scim_link where realm_id = $1 and connection_id = $2 and kind = $3 and local_id = $4',
        values: [connection.realmId, connection.id, subject.kind, subject.localId],
      }),
    /**
     * Who leaves is marked, and has a task until it is done; only under settings that nobody was looked at with yet, everybody
     * may be among them. So it costs what is to be done, and not what is known.
     */
    async deprovisionings({ realmId, id }) {
      const row = await db.row<{ known: number; wanted: number }>({
        name: 'scim_deprovisionings',
        text: `with undone as (
                 select kind, local_id from scim_event
                 where realm_id = $1 and connection_id = $2 and at > now() - interval '1 hour'
                   and action in ('disabled', 'deleted') and why is distinct from 'allowed'
                 group by kind, local_id
               ), marked as materialized (
                 select kind, local_id from scim_task where realm_id = $1 and connection_id = $2
                 union
                 select kind, local_id from scim_dirty where realm_id = $1 and coalesce(connection_id, $2) = $2
                 union
                 select kind, local_id from scim_link
                 where realm_id = $1 and connection_id = $2 and (
                   select p.reconciled_version < c.version
                   from scim_connection c join scim_pace p on p.realm_id = c.realm_id and p.connection_id = c.id
                   where c.realm_id = $1 and c.id = $2
                 )
               ), leaving as (
                 select from scim_reach($1, $2) c, marked m
                 where (
                   select l.active from scim_link l
                   where l.realm_id = $1 and l.connection_id = $2 and l.kind = m.kind and l.local_id = m.local_id
                 ) and not coalesce((
                   select enabled from scim_scope($1, $2) s where s.kind = m.kind and s.local_id = m.local_id
                 ), scim_is_excepted($1, c.excepted, m.local_id))
               )
               select (select count(*) from scim_link where realm_id = $1 and connection_id = $2 and active)
                   + (select count(*) from undone) as known,
                 (select count(*) from leaving) + (select count(*) from undone) as wanted`,
        values: [realmId, id],
      });
      return row ?? { known: 0, wanted: 0 };
    },
  };
}
