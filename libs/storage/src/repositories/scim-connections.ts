import { AppError, type OrganizationId, type RealmId, type ScimConnectionId } from '@sparekey/contracts';
import {
  isOfKind,
  readScimSettings,
  type ScimConnection,
  type ScimConnectionRepository,
  toldOf,
} from '@sparekey/provisioning';
import { isUuid, json, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';

const LONGEST_REASON = 500;

type Row = Omit<ScimConnection, 'organizationId' | 'stateReason' | 'settings'> & {
  organizationId: OrganizationId | null;
  stateReason: string | null;
  settings: unknown;
  /** The transaction that wrote the row: none that is undone can be taken for another. */
  writtenBy: string;
};

const columns = `id, realm_id as "realmId", name, organization_id as "organizationId", kind, profile, state,
  state_reason as "stateReason", state_since as "stateSince", settings, version, created_at as "createdAt",
  xmin::text as "writtenBy"`;

const place = (realmId: RealmId, id: ScimConnectionId): SealedPlace => ({
  table: 'scim_connection',
  realmId,
  row: id,
  purpose: 'scim_secret',
});

/** Settings that came after the row was written have their defaults. */
function readSettings({ kind, name, settings }: Row): ScimConnection['settings'] {
  const { value, problems } = readScimSettings(kind, settings);
  if (value !== undefined) return frozen(value);
  const list = problems.map(({ path, why }) => `${path}: ${why}`).join('; ');
  throw new AppError('internal', `the stored settings of the connection ${name} do not read: ${list}`);
}

/** Whoever reads a connection shares its settings with others. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** Settings that are kept, of the connections read last: a directory reads its connection with every request. */
const MOST_KEPT = 500;
const kept = new Map<string, { version: number; writtenBy: string; settings: ScimConnection['settings'] }>();

function toConnection({ writtenBy, ...row }: Row): ScimConnection {
  const known = kept.get(row.id);
  kept.delete(row.id);
  const isSame = known?.version === row.version && known.writtenBy === writtenBy;
  const settings = isSame ? known.settings : readSettings({ ...row, writtenBy });
  kept.set(row.id, { version: row.version, writtenBy, settings });
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return { ...present(row), settings };
}

/** What the database has to know of a mapping; null where there is none. */
function mappedOf(connection: Pick<ScimConnection, 'kind' | 'settings'>): string | null {
  const told = isOfKind(connection, 'server') ? toldOf(connection.settings) : undefined;
  return told === undefined ? null : json({ reflected: told.reflected, computed: told.computed.length > 0 });
}

export function scimConnectionRepository(db: Queryable, keyring: Keyring): ScimConnectionRepository {
  return {
    async list(realmId) {
      const rows = await db.rows<Row>({
        name: 'scim_connection_list',
        text: `select ${columns} from scim_connection where realm_id = $1 order by name`,
        values: [realmId],
      });
      return rows.map(toConnection);
    },
    async byName(realmId, name) {
      const row = await db.row<Row>({
        name: 'scim_connection_by_name',
        text: `select ${columns} from scim_connection where realm_id = $1 and name = $2`,
        values: [realmId, name.toWellFormed().replaceAll('\0', '')],
      });
      return row && toConnection(row);
    },
    async byId(realmId, id) {
      if (!isUuid(id)) return undefined;
      const row = await db.row<Row>({
        name: 'scim_connection_by_id',
        text: `select ${columns} from scim_connection where realm_id = $1 and id = $2`,
        values: [realmId, id],
      });
      return row && toConnection(row);
    },
    async create(connection) {
      const { realmId, name, organizationId, kind, profile, state, stateReason, settings } = connection;
      const row = await db.row<Row>({
        name: 'scim_connection_create',
        text: `insert into scim_connection (realm_id, id, name, organization_id, kind, profile, state, state_reason, settings, mapped)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${columns}`,
        values: [
          realmId,
          newId<ScimConnectionId>(),
          name,
          organizationId,
          kind,
          profile,
          state,
          stateReason,
          json(settings),
          mappedOf(connection),
        ],
      });
      if (!row) throw new AppError('internal', 'scim_connection_create returned nothing');
      return toConnection(row);
    },
    /** Guarded by the version: of two changes to one reading the second finds another one. */
    async update(connection) {
      const { realmId, id, version, name, organizationId, profile, settings } = connection;
      const row = await db.row<Row>({
        name: 'scim_connection_update',
        text: `update scim_connection
               set name = $4, organization_id = $5, profile = $6, settings = $7, mapped = $8, version = version + 1
               where realm_id = $1 and id = $2 and version = $3 returning ${columns}`,
        values: [realmId, id, version, name, organizationId, profile, json(settings), mappedOf(connection)],
      });
      if (!row) throw new AppError('conflict', `The connection ${name} was changed or removed meanwhile`);
      return toConnection(row);
    },
    async move(realmId, id, state, reason) {
      const moved = await db.count({
        name: 'scim_connection_move',
        text: `with cured as (
                 update scim_pace set not_before = '-infinity', failures = 0, writes = 0, refused = 0
                 where realm_id = $1 and connection_id = $2 and $3 = 'active'
               )
               update scim_connection set state = $3, state_reason = $4, state_since = now()
               where realm_id = $1 and id = $2 and state <> $3`,
        values: [realmId, id, state, reason?.replaceAll('\0', '').slice(0, LONGEST_REASON)],
      });
      return moved === 1;
    },
    async remove(realmId, id) {
      const removed = await db.count({
        name: 'scim_connection_remove',
        text: 'delete from scim_connection where realm_id = $1 and id = $2',
        values: [realmId, id],
      });
      return removed === 1;
    },
    async secret(realmId, id) {
      const row = await db.row<{ sealed: Buffer | null }>({
        name: 'scim_connection_secret',
        text: 'select secret_sealed as sealed from scim_connection where realm_id = $1 and id = $2',
        values: [realmId, id],
      });
      return row?.sealed ? keyring.open(row.sealed, place(realmId, id)).toString('utf8') : undefined;
    },
    async setSecret(realmId, id, secret) {
      await db.count({
        name: 'scim_connection_set_secret',
        text: 'update scim_connection set secret_sealed = $3 where realm_id = $1 and id = $2',
        values: [realmId, id, keyring.seal(Buffer.from(secret, 'utf8'), place(realmId, id))],
      });
    },
  };
}
