import type { ScimPage } from '@sparekey/provisioning';
import { listSchema, namesTag, type ResourceType, ScimError, weakTag } from '@sparekey/scim';
import { locationOf, type ScimAnswer, type ScimCall } from './call.ts';
import { notThere } from './problem.ts';
import { type Asked, choiceOf, searchFor, writeCursor } from './query.ts';
import { manyResources, oneResource } from './render.ts';

/** GET of one (RFC 7644 §3.4.1); 304 when If-None-Match names what the client has (§3.14). */
export async function readOne(
  call: ScimCall,
  type: ResourceType,
  id: string,
  asked: Asked,
  ifNoneMatch: string,
): Promise<ScimAnswer> {
  const choice = choiceOf(type, asked);
  const record = await call.services.storage.stores.scimResources.find(call.reach, type, id);
  if (record === undefined) notThere(id);
  const headers = { ETag: weakTag(record.version), 'Content-Location': locationOf(call, type, record.id) };
  if (ifNoneMatch !== '' && namesTag(ifNoneMatch, headers.ETag)) return { status: 304, headers };
  return { status: 200, headers, body: oneResource(call, type, record, choice) };
}

async function* listTexts(
  call: ScimCall,
  types: readonly { type: ResourceType; page: ScimPage }[],
  asked: Asked,
  startIndex: number | undefined,
): AsyncGenerator<string> {
  const totals = types.map(({ page }) => page.total);
  const total = totals.includes(undefined) ? undefined : totals.reduce<number>((sum, of) => sum + (of ?? 0), 0);
  const count = types.reduce((sum, { page }) => sum + page.records.length, 0);
  const [first] = types;
  const next = types.length === 1 && first?.page.next !== undefined ? first.page.next : undefined;
  const head = {
    schemas: [listSchema],
    ...(total === undefined ? {} : { totalResults: total }),
    itemsPerPage: count,
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(startIndex === undefined && next !== undefined && first !== undefined
      ? { nextCursor: writeCursor(call, first.type, asked, next) }
      : {}),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"Resources":`;
  let opened = false;
  for (const { type, page } of types) {
    if (page.records.length === 0) continue;
    for await (const text of manyResources(call, type, page.records, choiceOf(type, asked))) {
      // The arrays of several types become one.
      if (text === '[' && opened) yield ',';
      else if (text !== ']') yield text;
    }
    opened = true;
  }
  yield opened ? ']}' : '[]}';
}

/** GET of many, and POST …/.search, of one type (RFC 7644 §3.4.2, §3.4.3). No match is an empty list, never a 404. */
export async function readMany(call: ScimCall, type: ResourceType, asked: Asked): Promise<ScimAnswer> {
  choiceOf(type, asked);
  const { query, startIndex } = searchFor(call, type, asked);
  const page = await call.services.storage.stores.scimResources.page(call.reach, type, query);
  return { status: 200, body: listTexts(call, [{ type, page }], asked, startIndex) };
}

/**
 * A search over every type (RFC 7644 §3.4.2.1): types one after the other, so that pages by index run through all of them.
 * A filter has to make sense for one type at least; those that lack its attributes have no match.
 */
export async function readAll(call: ScimCall, asked: Asked): Promise<ScimAnswer> {
  const pages: { type: ResourceType; page: ScimPage }[] = [];
  let problem: unknown;
  let startIndex: number | undefined = 1;
  let skipped = 0;
  let room: number | undefined;
  for (const type of call.registry.types) {
    try {
      const { cursor: _cursor, ...byIndex } = asked;
      const search = searchFor(call, type, byIndex);
      startIndex = search.startIndex;
      room ??= search.query.limit;
      const offset = Math.max(0, (search.query.offset ?? 0) - skipped);
      const query = { ...search.query, offset, limit: room };
      const page = await call.services.storage.stores.scimResources.page(call.reach, type, query);
      skipped += page.total ?? 0;
      room -= page.records.length;
      pages.push({ type, page });
    } catch (error) {
      // Only what the type cannot answer is passed over: a list that a failure shortened would read as people who are gone.
      if (!(error instanceof ScimError)) throw error;
      problem = error;
    }
  }
  if (pages.length === 0) throw problem;
  return { status: 200, body: listTexts(call, pages, asked, startIndex) };
}
