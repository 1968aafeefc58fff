import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ScimPlace, ScimQuery } from '@sparekey/provisioning';
import {
  bindFilter,
  isObject,
  type Json,
  own,
  parseFilter,
  type ResourceType,
  refuse,
  selection,
  sortKey,
} from '@sparekey/scim';
import type { ScimCall } from './call.ts';
import { refuseComputed } from './computed.ts';

export const pageLimits = { maxResults: 1000, defaultPageSize: 100, cursorTimeoutSeconds: 3600 } as const;

/** The parameters of a search, whether they came in an address or in the body of /.search (RFC 7644 §3.4.2, §3.4.3). */
export interface Asked {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: string;
  readonly startIndex?: string;
  readonly count?: string;
  /** Empty for the first page. */
  readonly cursor?: string;
  readonly attributes?: string;
  readonly excludedAttributes?: string;
}

const names = [
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
] as const;

/** Errors: `invalidSyntax` for a parameter that is there twice. Unknown ones are ignored: clients add their own. */
export function askedOfAddress(query: URLSearchParams): Asked {
  const asked: Partial<Record<(typeof names)[number], string>> = {};
  for (const name of names) {
    const values = query.getAll(name);
    if (values.length > 1) refuse('invalidSyntax', `"${name}" is there twice.`);
    if (values[0] !== undefined) asked[name] = values[0];
  }
  return asked;
}

export const searchSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

function parameter(name: string, value: Json): string {
  if (Array.isArray(value)) return value.map(String).join(',');
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return refuse('invalidSyntax', `"${name}" is not of its form.`);
}

/** Errors: `invalidSyntax`. */
export function askedOfBody(body: Json): Asked {
  if (!isObject(body)) refuse('invalidSyntax', 'The body has to be a JSON object.');
  const schemas = own(body, 'schemas');
  if (!Array.isArray(schemas) || !schemas.includes(searchSchema))
    refuse('invalidSyntax', `"schemas" has to name ${searchSchema}.`);
  const asked: Partial<Record<(typeof names)[number], string>> = {};
  for (const name of names) {
    const value = own(body, name);
    if (value !== undefined && value !== null) asked[name] = parameter(name, value);
  }
  return asked;
}

function whole(name: string, value: string): number {
  if (!/^-?\d{1,9}$/.test(value.trim())) refuse('invalidValue', `"${name}" has to be a whole number.`);
  return Number(value);
}

/** Errors: `invalidValue`. */
export function pageSizeOf(asked: Asked): { count: number; limit: number } {
  const count = asked.count === undefined ? pageLimits.defaultPageSize : whole('count', asked.count);
  return { count, limit: Math.min(Math.max(count, 0), pageLimits.maxResults) };
}

/** What a cursor belongs to: another filter, order or connection makes it another search. */
function searchOf(call: ScimCall, type: Pick<ResourceType, 'name'>, asked: Asked): string {
  const parts = [call.connection.id, type.name, asked.filter ?? '', asked.sortBy ?? '', asked.sortOrder ?? ''];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

function sealOf(call: ScimCall, text: string): Buffer {
  return createHmac('sha256', call.services.scimCursorKey).update(text).digest().subarray(0, 16);
}

/** A cursor names the last resource of its page, so that nothing is met twice or missed when others go (RFC 9865 §2). */
export function writeCursor(call: ScimCall, type: Pick<ResourceType, 'name'>, asked: Asked, place: ScimPlace): string {
  const text = JSON.stringify([
    searchOf(call, type, asked),
    Math.floor(Date.now() / 1000),
    place.id,
    place.value ?? null,
  ]);
  return Buffer.concat([sealOf(call, text), Buffer.from(text)]).toString('base64url');
}

/** Errors: `invalidCursor`, `expiredCursor`. */
export function readCursor(call: ScimCall, type: Pick<ResourceType, 'name'>, asked: Asked, cursor: string): ScimPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(16).toString('utf8');
  if (bytes.length < 17 || !timingSafeEqual(bytes.subarray(0, 16), sealOf(call, text))) {
    refuse('invalidCursor', 'The cursor is not one of ours.');
  }
  const [search, madeAt, id, value] = JSON.parse(text) as [string, number, string, string | null];
  if (search !== searchOf(call, type, asked)) refuse('invalidCursor', 'The cursor belongs to another search.');
  if (Date.now() / 1000 - madeAt > pageLimits.cursorTimeoutSeconds) {
    refuse('expiredCursor', 'The cursor is too old: begin again with an empty one.');
  }
  return value === null ? { id } : { id, value };
}

export interface Search {
  readonly query: ScimQuery;
  /** 1 and up; undefined when pages go by cursor. */
  readonly startIndex: number | undefined;
}

/** Errors: `invalidFilter`, `invalidPath`, `invalidValue`, and those of cursors. */
export function searchFor(call: ScimCall, type: ResourceType, asked: Asked): Search {
  const filter: Pick<ScimQuery, 'filter'> =
    asked.filter === undefined || asked.filter.trim() === ''
      ? {}
      : { filter: bindFilter(type, parseFilter(asked.filter), { quotedBooleans: call.tolerances.quotedBooleans }) };
  const sort: Pick<ScimQuery, 'sort'> =
    asked.sortBy === undefined || asked.sortBy === '' ? {} : { sort: sortKey(type, asked.sortBy, asked.sortOrder) };
  if (type.name === 'User') refuseComputed(call.reach.told?.computed ?? [], filter.filter, sort.sort);
  const { count, limit } = pageSizeOf(asked);
  if (asked.cursor !== undefined) {
    if (asked.startIndex !== undefined) refuse('invalidValue', 'Pages go by "cursor" or by "startIndex", not by both.');
    if (count < 1) refuse('invalidCount', '"count" has to be above 0 with a cursor.');
    const after = asked.cursor === '' ? {} : { after: readCursor(call, type, asked, asked.cursor) };
    return { query: { ...filter, ...sort, ...after, limit }, startIndex: undefined };
  }
  // Less than one is one (RFC 7644 §3.4.2.4).
  const startIndex = Math.max(1, asked.startIndex === undefined ? 1 : whole('startIndex', asked.startIndex));
  return { query: { ...filter, ...sort, limit, offset: startIndex - 1 }, startIndex };
}

export function choiceOf(type: ResourceType, asked: Pick<Asked, 'attributes' | 'excludedAttributes'>) {
  return selection(type, asked);
}
