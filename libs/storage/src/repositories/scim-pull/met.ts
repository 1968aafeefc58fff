import type { PullMet } from '@sparekey/provisioning';
import { normaliseLogin } from '@sparekey/realms';
import type { Queryable } from '../../database/queryable.ts';
import { type LinkRow, linkColumns, toLink } from '../scim-links.ts';
import { afterIt, mine, of } from './sql.ts';

const types = { user: 'User', group: 'Group' } as const;

/** What a first reading fills, faster than autovacuum looks. */
const FILLED = 'user_account, user_login, user_group, "group", scim_resource, scim_unique, scim_link';

/** Who is who on both sides, and whom a reading met. */
export function pullMet(db: Queryable): PullMet {
  return {
    async localIds(connection, kind, remoteIds) {
      const rows = await db.rows<{ localId: string; remoteId: string }>({
        name: 'scim_pull_local_ids',
        text: `select remote_id as "remoteId", local_id as "localId" from scim_link
               where ${mine} and kind = $3 and remote_id = any ($4::text[])`,
        values: [...of(connection), kind, remoteIds],
      });
      return new Map(rows.map(({ localId, remoteId }) => [remoteId, localId]));
    },
    async versions(connection, kind, localIds) {
      const rows = await db.rows<{ id: string; version: number }>({
        name: 'scim_pull_versions',
        text: `select id, version from scim_resource
               where ${mine} and resource_type = $3 and id = any ($4::uuid[])`,
        values: [...of(connection), types[kind], localIds],
      });
      return new Map(rows.map(({ id, version }) => [id, version]));
    },
    async exists({ realmId }, { kind, localId }) {
      const row = await db.row({
        name: `scim_pull_exists_${kind}`,
        text: `select from ${kind === 'user' ? 'user_account' : '"group"'} where realm_id = $1 and id = $2`,
        values: [realmId, localId],
      });
      return row !== undefined;
    },
    async having({ realmId, id }, kind, attribute, value) {
      const rows = await db.rows<{ id: string }>(
        attribute === 'externalId'
          ? {
              name: 'scim_pull_having_external_id',
              text: `select id from scim_resource
                     where realm_id = $1 and resource_type = $3 and external_id = $4
                       and (connection_id = $2 or connection_id is null)
                     limit 2`,
              values: [realmId, id, types[kind], value],
            }
          : {
              name: `scim_pull_having_${kind}_name`,
              text:
                kind === 'user'
                  ? 'select id from user_account where realm_id = $1 and username_norm = $2'
                  : 'select id from "group" where realm_id = $1 and parent_id is null and name = $2',
              values: [realmId, kind === 'user' ? normaliseLogin(value) : value],
            },
      );
      return rows.map((row) => row.id);
    },
    async writtenByUs({ realmId, id }, kind, remoteIds) {
      const rows = await db.rows<{ remoteId: string }>({
        name: 'scim_written_by_us',
        text: `select l.remote_id as "remoteId"
               from scim_connection source
               join scim_connection target on target.realm_id = source.realm_id and target.kind = 'target'
                 and rtrim(target.settings ->> 'baseUrl', '/') = rtrim(source.settings ->> 'baseUrl', '/')
               join scim_link l on l.realm_id = target.realm_id and l.connection_id = target.id
               where source.realm_id = $1 and source.id = $2 and l.kind = $3 and l.remote_id = any ($4::text[])`,
        values: [realmId, id, kind, remoteIds],
      });
      return new Set(rows.map(({ remoteId }) => remoteId));
    },
    async waiting(connection, after, limit) {
      const rows = await db.rows<LinkRow>({
        name: 'scim_pull_waiting',
        text: `select ${linkColumns} from scim_link l
               where ${mine} and waits_for <> '{}' and remote_id is not null and ${afterIt('l')} and exists (
                 select from scim_link o where o.realm_id = $1 and o.connection_id = $2
                   and (o.kind = 'user' or l.kind = 'group') and o.remote_id = any (l.waits_for))
               order by kind desc, local_id limit $5`,
        values: [...of(connection), after?.kind ?? null, after?.localId ?? null, limit],
      });
      return rows.map(toLink);
    },
    see: (connection, runId, kind, remoteIds) =>
      db.count({
        name: 'scim_see',
        text: `insert into scim_seen (realm_id, connection_id, run_id, kind, remote_id)
               select $1, $2, $3, $4, unnest($5::text[]) on conflict do nothing`,
        values: [...of(connection), runId, kind, remoteIds],
      }),
    async seen(connection, runId, kind) {
      const row = await db.row<{ seen: number }>({
        name: 'scim_seen_count',
        text: `select count(*) as seen from scim_seen where ${mine} and run_id = $3 and kind = $4`,
        values: [...of(connection), runId, kind],
      });
      return row?.seen ?? 0;
    },
    async activeLinks(connection, kind) {
      const row = await db.row<{ links: number }>({
        name: 'scim_active_links',
        text: `select count(*) as links from scim_link where ${mine} and kind = $3 and active`,
        values: [...of(connection), kind],
      });
      return row?.links ?? 0;
    },
    async forgetSeen(connection, runId) {
      await db.count({
        name: 'scim_forget_seen',
        text: `delete from scim_seen where ${mine} and run_id = $3`,
        values: [...of(connection), runId],
      });
    },
    async takeStatistics() {
      await db.count({ name: 'scim_pull_analyze', text: `analyze ${FILLED}`, dynamic: true });
    },
  };
}
