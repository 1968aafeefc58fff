import { refuse } from '../error.ts';
import type { Comparable } from '../filter/comparable.ts';
import { compareText, isPresent } from '../filter/evaluate.ts';
import { pathNode } from '../filter/parser.ts';
import { isArray, isObject, type Json, type JsonObject, own } from '../json.ts';
import { type Attribute, findAttribute } from '../schema/attribute.ts';
import { type AttributeRef, type ResourceType, resolveAttribute } from '../schema/registry.ts';
import { isPrimary } from './value.ts';

/** What to sort by: a single value, or of a multi-valued attribute its primary or else first element (RFC 7644 §3.4.2.3). */
export interface SortKey extends AttributeRef {
  /** The attribute whose values are compared. */
  readonly compared: Attribute;
  readonly descending: boolean;
}

/** Errors: `invalidPath` for an attribute that the type does not have or that has no order; `invalidValue` for another order. */
export function sortKey(type: ResourceType, sortBy: string, sortOrder = 'ascending'): SortKey {
  const path = pathNode(sortBy.trim(), 0);
  const found = path === undefined ? undefined : resolveAttribute(type, path.urn, path.names);
  if (found === undefined) refuse('invalidPath', `${type.name} has no attribute ${JSON.stringify(sortBy)} to sort by.`);
  const whole = found.attribute;
  const sub = found.sub ?? (whole.type === 'complex' ? findAttribute(whole.subAttributes ?? [], 'value') : undefined);
  const compared = sub ?? whole;
  if (compared.type === 'complex' || compared.returned === 'never') {
    refuse('invalidPath', `"${sortBy}" has no order; name one of its parts.`);
  }
  if (!/^(?:ascending|descending)$/i.test(sortOrder)) refuse('invalidValue', 'sortOrder is ascending or descending.');
  const place = found.extension === undefined ? {} : { extension: found.extension };
  return {
    ...place,
    attribute: whole,
    ...(sub === undefined ? {} : { sub }),
    compared,
    descending: sortOrder.toLowerCase() === 'descending',
  };
}

function sortValue(key: SortKey, document: JsonObject): Comparable | undefined {
  const place = key.extension === undefined ? document : own(document, key.extension.id);
  const whole = isObject(place) ? own(place, key.attribute.name) : undefined;
  const one: Json | undefined = isArray(whole) ? (whole.find(isPrimary) ?? whole[0]) : whole;
  const value = key.sub === undefined ? one : isObject(one) ? own(one, key.sub.name) : undefined;
  return isPresent(value) ? (value as Comparable) : undefined;
}

/** Order of two `searchable` documents: what has no value comes last in ascending and first in descending order. */
export function compareBy(key: SortKey, a: JsonObject, b: JsonObject): number {
  const [x, y] = [sortValue(key, a), sortValue(key, b)];
  const sign = key.descending ? -1 : 1;
  if (x === undefined || y === undefined) return sign * (Number(x === undefined) - Number(y === undefined));
  return sign * (typeof x === 'string' && typeof y === 'string' ? compareText(x, y) : Number(x) - Number(y));
}
