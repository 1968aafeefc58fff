import { AppError } from '@sparekey/contracts';
import type {
  ScimPage,
  ScimQuery,
  ScimReach,
  ScimRecord,
  ScimResourceStore,
  ToldAccount,
} from '@sparekey/provisioning';
import { type Filter, type JsonObject, type ResourceType, searchable } from '@sparekey/scim';
import { isUuid, json, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import { filterSql } from './filter-sql.ts';
import { type Source, sourceOf } from './places.ts';
import { orderOf } from './sort-sql.ts';
import { piece, statement } from './sql.ts';
import { uniqueValues } from './unique.ts';

type Row = Omit<ScimRecord, 'externalId'> & {
  externalId: string | null;
  sortValue?: string | null;
  total?: number;
  account?: ToldAccount;
};

function toRecord({ told }: ScimReach, { sortValue: _sortValue, total: _total, account, ...row }: Row): ScimRecord {
  const record = present(row) as ScimRecord;
  return told === undefined || account === undefined ? record : { ...record, data: told.overlay(record.data, account) };
}

async function one(db: Queryable, reach: ScimReach, source: Source, id: string): Promise<ScimRecord | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await db.row<Row>(
    statement(
      'scim_resource_find',
      piece`select ${source.columns} from ${source.from} where ${source.where} and ${source.id} = ${id}::uuid`,
    ),
  );
  return row && toRecord(reach, row);
}

/** The people and groups of a realm and what administrators defined, as one kind of thing. */
export function scimResourceStore(db: Queryable): ScimResourceStore {
  async function keepUnique(reach: ScimReach, type: ResourceType, id: string, data: JsonObject): Promise<void> {
    const values = uniqueValues(type, data);
    await db.count({
      name: 'scim_unique_forget',
      text: 'delete from scim_unique where realm_id = $1 and resource_id = $2',
      values: [reach.realmId, id],
    });
    if (values.length === 0) return;
    const kept = await db.count({
      name: 'scim_unique_keep',
      text: `insert into scim_unique (realm_id, connection_id, attribute, value, resource_id)
             select $1, $2, attribute, value, $3 from unnest($4::text[], $5::text[]) as taken(attribute, value)
             on conflict do nothing`,
      values: [
        reach.realmId,
        reach.connectionId,
        id,
        values.map(({ attribute }) => attribute),
        values.map(({ value }) => value),
      ],
    });
    if (kept < values.length)
      throw new AppError('conflict', 'a unique value is taken', { publicMessage: 'a unique value is taken' });
  }

  return {
    page: (reach, type, query) => readPage(db, reach, sourceOf(reach, type), query),
    find: (reach, type, id) => one(db, reach, sourceOf(reach, type), id),
    /**
     * The lock is a statement of its own, so that what is read afterwards is what whoever held it before has written: a read
     * that waits while it locks would see the document as it was.
     */
    async lock(reach, type, id) {
      if (!isUuid(id)) return undefined;
      const table = { User: 'user_account', Group: '"group"' }[type.name] ?? 'scim_resource';
      await db.row({
        name: 'scim_resource_lock',
        text: `select from ${table} where realm_id = $1 and id = $2 for no key update`,
        values: [reach.realmId, id],
        dynamic: true,
      });
      return one(db, reach, sourceOf(reach, type), id);
    },
    async insert(reach, type, { id, externalId, data }) {
      await db.count({
        name: 'scim_resource_insert',
        text: `insert into scim_resource (realm_id, id, connection_id, resource_type, external_id, data, search)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          reach.realmId,
          id,
          reach.connectionId,
          type.name,
          externalId,
          json(data),
          json(searchable(type, data)),
        ],
      });
      await keepUnique(reach, type, id, data);
    },
    async replacing() {
      await db.row({ name: 'scim_replacing', text: `select set_config('sparekey.scim_put', 'yes', true)` });
    },
    async update(reach, type, { id, externalId, data }) {
      await db.count({
        name: 'scim_resource_update',
        text: `insert into scim_resource (realm_id, id, connection_id, resource_type, external_id, data, search)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (realm_id, id) do update
               set connection_id = $3, external_id = $5, data = $6, search = $7,
                   version = scim_resource.version + 1, modified_at = now()`,
        values: [
          reach.realmId,
          id,
          reach.connectionId,
          type.name,
          externalId,
          json(data),
          json(searchable(type, data)),
        ],
      });
      await keepUnique(reach, type, id, data);
    },
    async remove(reach, type, id) {
      await db.count({
        name: 'scim_resource_remove',
        text: `with gone as (
                 delete from scim_resource where realm_id = $1 and connection_id = $2 and resource_type = $3 and id = $4
                 returning realm_id, id, connection_id, resource_type
               )
               insert into scim_tombstone (realm_id, id, connection_id, resource_type) select * from gone`,
        values: [reach.realmId, reach.connectionId, type.name, id],
      });
    },
    deleted: (reach, { since, after, limit }) =>
      db.rows({
        name: 'scim_tombstones',
        text: `select id, resource_type as "resourceType", deleted_at as "deletedAt",
                 to_char(deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place
               from scim_tombstone
               where realm_id = $1 and connection_id = $2 and deleted_at >= $3
                 and ($4::timestamptz is null or (deleted_at, id) > ($4::timestamptz, $5::uuid))
               order by deleted_at, id limit $6`,
        values: [reach.realmId, reach.connectionId, since, after?.value ?? null, after?.id ?? null, limit],
      }),
  };
}

/**
 * With a filter, the ids that fit are found once, for the page and for the count: asked for a page in the order of ids, the
 * database would rather try one person after the other than use the index that knows the few.
 */
async function readFiltered(
  db: Queryable,
  reach: ScimReach,
  source: Source,
  query: ScimQuery,
  filter: Filter,
): Promise<ScimPage> {
  const order = orderOf(query.sort, source);
  const place = query.after === undefined ? piece`true` : order.after(query.after);
  const rows = await db.rows<Row & { total: number }>(
    statement(
      'scim_resource_search',
      piece`with found as materialized (
          select ${source.id} as found_id from ${source.from} where ${source.where} and ${filterSql(filter, source.places)}
        )
        select ${source.columns}, ${order.value} as "sortValue", (select count(*)::int from found) as total
        from ${source.from} join found on found_id = ${source.id}
        where ${source.realm} and ${place} ${order.orderBy} limit ${Math.max(1, query.limit)}::int offset ${query.offset ?? 0}::int`,
    ),
  );
  const [first] = rows;
  const total = first?.total ?? (query.offset || query.after ? await countOf(db, source, filter) : 0);
  return pageOf(reach, query, query.limit === 0 ? [] : rows, query.after === undefined ? total : undefined);
}

async function countOf(db: Queryable, source: Source, filter?: Filter): Promise<number> {
  const fits = filter === undefined ? piece`true` : filterSql(filter, source.places);
  const row = await db.row<{ total: number }>(
    statement(
      'scim_resource_count',
      piece`select count(*)::int as total from ${source.from} where ${source.where} and ${fits}`,
    ),
  );
  return row?.total ?? 0;
}

async function readPage(db: Queryable, reach: ScimReach, source: Source, query: ScimQuery): Promise<ScimPage> {
  if (query.filter !== undefined) return readFiltered(db, reach, source, query, query.filter);
  const order = orderOf(query.sort, source);
  const place = query.after === undefined ? piece`true` : order.after(query.after);
  const [rows, total] = await Promise.all([
    query.limit === 0
      ? []
      : db.rows<Row>(
          statement(
            'scim_resource_page',
            piece`select ${source.columns}, ${order.value} as "sortValue" from ${source.from}
              where ${source.where} and ${place} ${order.orderBy} limit ${query.limit}::int offset ${query.offset ?? 0}::int`,
          ),
        ),
    query.after === undefined ? countOf(db, source) : undefined,
  ]);
  return pageOf(reach, query, rows, total);
}

function pageOf(reach: ScimReach, { limit }: ScimQuery, rows: readonly Row[], total: number | undefined): ScimPage {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    records: rows.map((row) => toRecord(reach, row)),
    ...(total === undefined ? {} : { total }),
    ...(last === undefined
      ? {}
      : { next: { id: last.id, ...(typeof last.sortValue === 'string' ? { value: last.sortValue } : {}) } }),
  };
}
