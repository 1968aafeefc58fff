import { refuse } from '../error.ts';
import { type Attribute, findAttribute, type Schema } from '../schema/attribute.ts';
import { type ResourceType, resolveAttribute } from '../schema/registry.ts';
import type { Comparison, FilterNode, PathNode } from './ast.ts';
import { type Comparable, comparableOfFilter } from './comparable.ts';
import { position } from './lexer.ts';

/** `null` is how a filter says "no value" (`eq null`, `ne null`); it becomes absence and presence. */
export type Test =
  | { readonly op: 'pr' }
  | { readonly op: 'absent' }
  | { readonly op: Comparison; readonly value: Comparable };

/** A filter whose attributes are known to exist and whose values have their types. */
export type Filter =
  | { readonly kind: 'and'; readonly terms: readonly Filter[] }
  | { readonly kind: 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  /** A single value, of the resource or of a single complex attribute. */
  | {
      readonly kind: 'test';
      readonly extension?: Schema;
      readonly attribute: Attribute;
      readonly sub?: Attribute;
      readonly test: Test;
    }
  /** Some element of a multi-valued attribute fits. */
  | {
      readonly kind: 'some';
      readonly extension?: Schema;
      readonly attribute: Attribute;
      readonly filter: ElementFilter;
    };

/** What one element has to fit; `sub` is absent where the elements are simple values. */
export type ElementFilter =
  | { readonly kind: 'and'; readonly terms: readonly ElementFilter[] }
  | { readonly kind: 'or'; readonly terms: readonly ElementFilter[] }
  | { readonly kind: 'not'; readonly term: ElementFilter }
  | { readonly kind: 'part'; readonly sub?: Attribute; readonly test: Test };

/** Every element: a filter with nothing to fit. */
export const anyElement: ElementFilter = { kind: 'and', terms: [] };

export interface BindOptions {
  /** Take `"true"` for `true` where the attribute is a boolean: clients quote it. */
  readonly quotedBooleans?: boolean;
}

const orders: readonly string[] = ['gt', 'ge', 'lt', 'le'];
const substrings: readonly string[] = ['co', 'sw', 'ew'];

function operatorFits(attribute: Attribute, op: string): boolean {
  if (orders.includes(op)) return !['boolean', 'binary', 'complex'].includes(attribute.type);
  if (substrings.includes(op)) return ['string', 'reference', 'binary'].includes(attribute.type);
  return attribute.type !== 'complex';
}

function spelled(path: PathNode): string {
  return [...(path.urn === undefined ? [] : [`${path.urn}:`]), path.names.join('.')].join('');
}

function testOf(attribute: Attribute, node: FilterNode & { kind: 'compare' | 'present' }, options: BindOptions): Test {
  if (attribute.returned === 'never') refuse('invalidFilter', `"${attribute.name}" cannot be searched.`);
  if (node.kind === 'present') return { op: 'pr' };
  const where = position(node.at);
  if (!operatorFits(attribute, node.op)) {
    refuse('invalidFilter', `"${node.op}" does not compare "${attribute.name}", which is ${attribute.type} ${where}.`);
  }
  if (node.value === null) {
    if (node.op === 'eq') return { op: 'absent' };
    if (node.op === 'ne') return { op: 'pr' };
    refuse('invalidFilter', `null compares with eq and ne alone ${where}.`);
  }
  const quoted = options.quotedBooleans && attribute.type === 'boolean' && typeof node.value === 'string';
  const value =
    quoted && /^(?:true|false)$/i.test(String(node.value)) ? /^true$/i.test(String(node.value)) : node.value;
  return { op: node.op, value: comparableOfFilter(attribute, value, where) };
}

/** A complex attribute compares by its `value` (RFC 7644 §3.4.2.2), a simple one by itself. */
function compared(attribute: Attribute, node: FilterNode): Attribute | undefined {
  if (attribute.type !== 'complex' || node.kind === 'present') return undefined;
  return findAttribute(attribute.subAttributes ?? [], 'value');
}

function bindElement(attribute: Attribute, node: FilterNode, options: BindOptions): ElementFilter {
  if (node.kind === 'and' || node.kind === 'or') {
    return { kind: node.kind, terms: node.terms.map((term) => bindElement(attribute, term, options)) };
  }
  if (node.kind === 'not') return { kind: 'not', term: bindElement(attribute, node.term, options) };
  if (node.kind === 'elements') refuse('invalidFilter', `Elements have no elements ${position(node.path.at)}.`);
  const [name, ...more] = node.path.names;
  if (name === undefined || more.length > 0 || node.path.urn !== undefined) {
    refuse('invalidFilter', `Expected a sub-attribute of "${attribute.name}" ${position(node.path.at)}.`);
  }
  if (attribute.type !== 'complex' && name.toLowerCase() === 'value') {
    return { kind: 'part', test: testOf(attribute, node, options) };
  }
  const sub = findAttribute(attribute.subAttributes ?? [], name);
  if (sub === undefined) refuse('invalidFilter', `"${attribute.name}" has no "${name}" ${position(node.path.at)}.`);
  return { kind: 'part', sub, test: testOf(sub, node, options) };
}

/** Errors: `invalidFilter` for attributes the type does not have, and for values and operators that do not fit. */
export function bindFilter(type: ResourceType, node: FilterNode, options: BindOptions = {}): Filter {
  if (node.kind === 'and' || node.kind === 'or') {
    return { kind: node.kind, terms: node.terms.map((term) => bindFilter(type, term, options)) };
  }
  if (node.kind === 'not') return { kind: 'not', term: bindFilter(type, node.term, options) };
  const found = resolveAttribute(type, node.path.urn, node.path.names);
  if (found === undefined) {
    refuse('invalidFilter', `${type.name} has no attribute "${spelled(node.path)}" ${position(node.path.at)}.`);
  }
  const { attribute } = found;
  const place = found.extension === undefined ? {} : { extension: found.extension };
  if (node.kind === 'elements') {
    if (!attribute.multiValued) {
      refuse('invalidFilter', `"${attribute.name}" has one value, no elements ${position(node.path.at)}.`);
    }
    return { kind: 'some', ...place, attribute, filter: bindElement(attribute, node.filter, options) };
  }
  const sub = found.sub ?? compared(attribute, node);
  const tested = sub ?? attribute;
  if (!attribute.multiValued) {
    return {
      kind: 'test',
      ...place,
      attribute,
      ...(sub === undefined ? {} : { sub }),
      test: testOf(tested, node, options),
    };
  }
  if (sub === undefined && node.kind === 'present') return { kind: 'some', ...place, attribute, filter: anyElement };
  const test = testOf(tested, node, options);
  if (test.op === 'absent' && found.sub === undefined) {
    return { kind: 'not', term: { kind: 'some', ...place, attribute, filter: anyElement } };
  }
  return { kind: 'some', ...place, attribute, filter: { kind: 'part', ...(sub === undefined ? {} : { sub }), test } };
}

/** The filter of a PATCH path, over the elements of one attribute. */
export function bindElementFilter(attribute: Attribute, node: FilterNode, options: BindOptions = {}): ElementFilter {
  return bindElement(attribute, node, options);
}
