import { listSchema, moment, refuse } from '@sparekey/scim';
import type { ScimAnswer, ScimCall } from './call.ts';
import { askedOfAddress, pageSizeOf, readCursor, writeCursor } from './query.ts';

/** What a cursor of deletions is a cursor of. */
const deletions = { name: 'Deletion' };

/**
 * GET /Deletions?since=…: the ids of what this connection owned and is gone, oldest first, by cursor (RFC 9865 §2), for a
 * client that reads what changed by `meta.lastModified`; SCIM itself has no word for it. Told for as long as tombstones
 * are kept. Errors: `invalidValue` without a moment, `invalidCount`, and those of cursors.
 */
export async function readDeletions(call: ScimCall, query: URLSearchParams): Promise<ScimAnswer> {
  const { count: size, cursor = '' } = askedOfAddress(query);
  const said = query.get('since') ?? '';
  const since = moment(said);
  if (since === undefined) refuse('invalidValue', '"since" has to be a date and time like "2026-01-31T08:00:00Z".');
  const { count, limit } = pageSizeOf(size === undefined ? {} : { count: size });
  if (count < 1) refuse('invalidCount', '"count" has to be above 0.');
  // The moment stands where a filter does: a cursor of another one is of another search.
  const search = { filter: said };
  const after = cursor === '' ? {} : { after: readCursor(call, deletions, search, cursor) };
  const { scimResources } = call.services.storage.stores;
  const found = await scimResources.deleted(call.reach, { since: new Date(since), ...after, limit });
  const last = found.length === limit ? found.at(-1) : undefined;
  return {
    status: 200,
    body: {
      schemas: [listSchema],
      itemsPerPage: found.length,
      ...(last && { nextCursor: writeCursor(call, deletions, search, { id: last.id, value: last.place }) }),
      Resources: found.map(({ id, resourceType, deletedAt }) => ({
        id,
        meta: { resourceType, lastModified: deletedAt.toISOString() },
      })),
    },
  };
}
