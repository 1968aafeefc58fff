import { isArray, isObject, type Json, type JsonObject, own } from '../json.ts';
import type { Comparison } from './ast.ts';
import type { ElementFilter, Filter, Test } from './bind.ts';
import type { Comparable } from './comparable.ts';

/** Order of code points, which is also the byte order of UTF-8 and so PostgreSQL's collation "C". */
export function compareText(a: string, b: string): number {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  for (;;) {
    const x = left.next();
    const y = right.next();
    if (x.done || y.done) return Number(y.done ?? false) - Number(x.done ?? false);
    const difference = (x.value.codePointAt(0) ?? 0) - (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

function order(a: Comparable, b: Comparable): number {
  return typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : Number(a) - Number(b);
}

const compare: Record<Comparison, (value: Comparable, wanted: Comparable) => boolean> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  co: (value, wanted) => String(value).includes(String(wanted)),
  sw: (value, wanted) => String(value).startsWith(String(wanted)),
  ew: (value, wanted) => String(value).endsWith(String(wanted)),
  gt: (value, wanted) => order(value, wanted) > 0,
  ge: (value, wanted) => order(value, wanted) >= 0,
  lt: (value, wanted) => order(value, wanted) < 0,
  le: (value, wanted) => order(value, wanted) <= 0,
};

/** RFC 7644 table 3: `pr` is true for a non-empty value, so not for an empty text nor for an object without one. */
export function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (isArray(value)) return value.length > 0;
  return !isObject(value) || Object.values(value).some(isPresent);
}

/** What has no value is not equal to any: `ne` alone is true of it. */
function holds(test: Test, value: Json | undefined): boolean {
  if (test.op === 'pr') return isPresent(value);
  if (test.op === 'absent') return !isPresent(value);
  if (value === undefined || value === null) return test.op === 'ne';
  return compare[test.op](value as Comparable, test.value);
}

function partOf(value: Json | undefined, name: string | undefined): Json | undefined {
  if (name === undefined) return value;
  return isObject(value) ? own(value, name) : undefined;
}

/** Whether an element, in its comparable form, fits. */
export function elementFits(filter: ElementFilter, element: Json): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => elementFits(term, element));
    case 'or':
      return filter.terms.some((term) => elementFits(term, element));
    case 'not':
      return !elementFits(filter.term, element);
    case 'part':
      return holds(filter.test, partOf(element, filter.sub?.name));
  }
}

/** Whether a resource fits; `document` is its `searchable` form. What SQL is compiled from the same filter says the same. */
export function evaluate(filter: Filter, document: JsonObject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => evaluate(term, document));
    case 'or':
      return filter.terms.some((term) => evaluate(term, document));
    case 'not':
      return !evaluate(filter.term, document);
  }
  const place = filter.extension === undefined ? document : own(document, filter.extension.id);
  const value = partOf(place, filter.attribute.name);
  if (filter.kind === 'test') return holds(filter.test, partOf(value, filter.sub?.name));
  return isArray(value) && value.some((element) => elementFits(filter.filter, element));
}
