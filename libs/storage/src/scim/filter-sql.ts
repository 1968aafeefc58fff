import type { Comparable, Comparison, ElementFilter, Filter, Json, Test } from '@sparekey/scim';
import { isUuid } from '../database/json.ts';
import { joined, type Piece, piece } from './sql.ts';

/** SQL of a value, by what it is: jsonb of a document, or a column of a table. */
export type Value =
  | { readonly jsonb: Piece }
  | { readonly text: Piece }
  /** Milliseconds, or another number. */
  | { readonly number: Piece }
  | { readonly uuid: Piece };

/** A multi-valued attribute that is kept as rows: a query for its elements, of which `parts` are the columns. */
export interface Relation {
  readonly from: Piece;
  /** By sub-attribute. */
  readonly parts: ReadonlyMap<string, Value>;
}

/** Where a filter finds what it compares. */
export interface Places {
  /** The searchable document. */
  readonly document: Piece;
  /** Attributes kept in columns, by `name` or `name.sub` of the core. */
  readonly columns: ReadonlyMap<string, Value>;
  readonly relations: ReadonlyMap<string, Relation>;
}

const always = piece`true`;
const never = piece`false`;

function textOf(value: Value): Piece {
  if ('jsonb' in value) return piece`(${value.jsonb}) #>> '{}'`;
  if ('text' in value) return value.text;
  if ('uuid' in value) return piece`(${value.uuid})::text`;
  return piece`(${value.number})::text`;
}

function present(value: Value): Piece {
  if ('jsonb' in value) return piece`coalesce(scim_present(${value.jsonb}), false)`;
  if ('text' in value) return piece`(coalesce(${value.text}, '') <> '')`;
  return 'uuid' in value ? piece`((${value.uuid}) is not null)` : piece`((${value.number}) is not null)`;
}

/**
 * Never null, as everything here: but said so that an index on the column is still of use, which `coalesce` would hide it from.
 */
function equal(value: Value, wanted: Comparable): Piece {
  if ('uuid' in value) {
    return typeof wanted === 'string' && isUuid(wanted) ? same(value.uuid, piece`${wanted}::uuid`) : never;
  }
  if ('jsonb' in value) return same(value.jsonb, piece`${JSON.stringify(wanted)}::jsonb`);
  if ('number' in value) return same(value.number, piece`${String(wanted)}::numeric`);
  return same(value.text, piece`${String(wanted)}::text`);
}

function same(value: Piece, wanted: Piece): Piece {
  return piece`(${value} is not null and ${value} = ${wanted})`;
}

const signs = { gt: piece`>`, ge: piece`>=`, lt: piece`<`, le: piece`<=` } as const;

function ordered(value: Value, op: keyof typeof signs, wanted: Comparable): Piece {
  if (typeof wanted === 'string') {
    return piece`coalesce((${textOf(value)}) collate "C" ${signs[op]} ${wanted} collate "C", false)`;
  }
  const number = 'number' in value ? value.number : piece`(${textOf(value)})`;
  return piece`coalesce((${number})::numeric ${signs[op]} ${String(wanted)}::numeric, false)`;
}

const compare: Record<Comparison, (value: Value, wanted: Comparable) => Piece> = {
  eq: equal,
  ne: (value, wanted) => piece`(not ${equal(value, wanted)})`,
  co: (value, wanted) => piece`coalesce(position(${String(wanted)} in ${textOf(value)}) > 0, false)`,
  sw: (value, wanted) => piece`coalesce(starts_with(${textOf(value)}, ${String(wanted)}), false)`,
  ew: (value, wanted) => piece`coalesce(right(${textOf(value)}, length(${String(wanted)})) = ${String(wanted)}, false)`,
  gt: (value, wanted) => ordered(value, 'gt', wanted),
  ge: (value, wanted) => ordered(value, 'ge', wanted),
  lt: (value, wanted) => ordered(value, 'lt', wanted),
  le: (value, wanted) => ordered(value, 'le', wanted),
};

function holds(test: Test, value: Value): Piece {
  if (test.op === 'pr') return present(value);
  if (test.op === 'absent') return piece`(not ${present(value)})`;
  return compare[test.op](value, test.value);
}

/** `{"a": {"b": value}}` for the path a, b. */
function nested(path: readonly string[], value: Json): Json {
  return path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
}

function contains(places: Places, path: readonly string[], value: Json): Piece {
  return piece`(${places.document} @> ${JSON.stringify(nested(path, value))}::jsonb)`;
}

function list<T>(terms: readonly T[], kind: 'and' | 'or', compile: (term: T) => Piece): Piece {
  if (terms.length === 0) return kind === 'and' ? always : never;
  return piece`(${joined(terms.map(compile), ` ${kind} `)})`;
}

function element(filter: ElementFilter, part: (name: string | undefined) => Value | undefined): Piece {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return list(filter.terms, filter.kind, (term) => element(term, part));
    case 'not':
      return piece`(not ${element(filter.term, part)})`;
    case 'part': {
      const value = part(filter.sub?.name);
      if (value !== undefined) return holds(filter.test, value);
      return filter.test.op === 'ne' || filter.test.op === 'absent' ? always : never;
    }
  }
}

/** The element that a conjunction of equalities describes, so that an index finds it; undefined for any other filter. */
function described(filter: ElementFilter): Json | undefined {
  if (filter.kind === 'part') {
    if (filter.test.op !== 'eq') return undefined;
    return filter.sub === undefined ? filter.test.value : { [filter.sub.name]: filter.test.value };
  }
  if (filter.kind !== 'and' || filter.terms.length === 0) return undefined;
  const parts: Record<string, Json> = {};
  for (const term of filter.terms) {
    const part = described(term);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return undefined;
    for (const [name, value] of Object.entries(part)) {
      if (Object.hasOwn(parts, name)) return undefined;
      parts[name] = value;
    }
  }
  return parts;
}

function some(filter: Filter & { kind: 'some' }, places: Places): Piece {
  const { extension, attribute } = filter;
  const relation = extension === undefined ? places.relations.get(attribute.name) : undefined;
  if (relation !== undefined) {
    const condition = element(filter.filter, (name) => (name === undefined ? undefined : relation.parts.get(name)));
    return piece`exists (${relation.from} and ${condition})`;
  }
  const path = [...(extension === undefined ? [] : [extension.id]), attribute.name];
  const whole = described(filter.filter);
  if (whole !== undefined) return contains(places, path, [whole]);
  const elements = piece`(${places.document} #> ${path}::text[])`;
  const condition = element(filter.filter, (name) => ({
    jsonb: name === undefined ? piece`listed.element` : piece`(listed.element -> ${name}::text)`,
  }));
  return piece`exists (select from jsonb_array_elements(case jsonb_typeof(${elements}) when 'array' then ${elements} else '[]' end)
    as listed(element) where ${condition})`;
}

/** The value of an attribute with one value. */
export function placeOf(
  ref: {
    readonly extension?: { readonly id: string };
    readonly attribute: { readonly name: string };
    readonly sub?: { readonly name: string };
  },
  places: Places,
): { value: Value; path: readonly string[]; isColumn: boolean } {
  const names = [ref.attribute.name, ...(ref.sub === undefined ? [] : [ref.sub.name])];
  const path = [...(ref.extension === undefined ? [] : [ref.extension.id]), ...names];
  const column = ref.extension === undefined ? places.columns.get(names.join('.')) : undefined;
  return column === undefined
    ? { value: { jsonb: piece`(${places.document} #> ${path}::text[])` }, path, isColumn: false }
    : { value: column, path, isColumn: true };
}

/**
 * A condition that is true of exactly the rows whose resources `evaluate` finds true; never null. Everything that a client
 * sent is a value of the statement.
 */
export function filterSql(filter: Filter, places: Places): Piece {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return list(filter.terms, filter.kind, (term) => filterSql(term, places));
    case 'not':
      return piece`(not ${filterSql(filter.term, places)})`;
    case 'some':
      return some(filter, places);
    case 'test': {
      const { value, path, isColumn } = placeOf(filter, places);
      if (!isColumn && filter.test.op === 'eq') return contains(places, path, filter.test.value);
      return holds(filter.test, value);
    }
  }
}

/** The filter of elements of a relation, such as the members to remove. */
export function elementSql(filter: ElementFilter, parts: ReadonlyMap<string, Value>): Piece {
  return element(filter, (name) => (name === undefined ? undefined : parts.get(name)));
}
