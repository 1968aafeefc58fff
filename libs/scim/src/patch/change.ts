import { refuse } from '../error.ts';
import type { FilterNode } from '../filter/ast.ts';
import { comparableParts } from '../filter/comparable.ts';
import { elementFits } from '../filter/evaluate.ts';
import { isArray, isObject, isUnassigned, type Json, type JsonObject, own, sameJson } from '../json.ts';
import { readElement, readValue } from '../resource/value.ts';
import { type Attribute, findAttribute } from '../schema/attribute.ts';
import { addElements, removeElements, withOnePrimary } from './elements.ts';
import type { PatchOperation } from './operation.ts';
import type { Target } from './target.ts';

export type AttributeTarget = Target & { kind: 'attribute' };

export interface ChangeOptions {
  /** When no element fits the filter of a path, make one that does instead of refusing (what Entra ID expects). */
  readonly createUnmatched?: boolean;
}

type Op = PatchOperation['op'];

function asArray(value: Json): readonly Json[] {
  return isArray(value) ? value : [value];
}

/** One part of an object set or unset. Errors: `mutability` when it is immutable and has another value. */
function withPart(object: JsonObject, sub: Attribute, value: Json | undefined): JsonObject {
  const current = own(object, sub.name);
  if (sub.mutability === 'immutable' && current !== undefined && !sameJson(current, value)) {
    refuse('mutability', `"${sub.name}" cannot be changed once it has a value.`);
  }
  const { [sub.name]: _former, ...others } = object;
  return value === undefined ? others : { ...others, [sub.name]: value };
}

function changedPart(object: JsonObject, sub: Attribute, op: Op, value: Json | undefined): JsonObject {
  if (op === 'remove') return withPart(object, sub, undefined);
  const read = value === undefined ? undefined : readValue(sub, value);
  const current = own(object, sub.name);
  if (op === 'add' && isArray(current) && isArray(read)) return withPart(object, sub, addElements(sub, current, read));
  return withPart(object, sub, read);
}

function changeSingle(
  target: AttributeTarget,
  op: Op,
  value: Json | undefined,
  current: Json | undefined,
): Json | undefined {
  const { attribute, sub } = target;
  const object = isObject(current) ? current : {};
  if (sub !== undefined) {
    const next = changedPart(object, sub, op, value);
    return Object.keys(next).length === 0 ? undefined : next;
  }
  if (op === 'remove' || isUnassigned(value)) return undefined;
  const read = readElement(attribute, value, attribute.name);
  // Parts that the value does not name stay (RFC 7644 §3.5.2.3).
  if (!isObject(read)) return read;
  const next = { ...withoutNulls(object, value), ...read };
  return Object.keys(next).length === 0 ? undefined : next;
}

/** Parts sent as null are unset, so they do not survive from the former value. */
function withoutNulls(object: JsonObject, value: Json): JsonObject {
  if (!isObject(value)) return object;
  const unset = new Set(
    Object.keys(value)
      .filter((key) => value[key] === null)
      .map((key) => key.toLowerCase()),
  );
  return Object.fromEntries(Object.entries(object).filter(([key]) => !unset.has(key.toLowerCase())));
}

/** `{type: "work"}` out of `type eq "work"`: what a new element has to say to fit the filter. */
function partsOfFilter(attribute: Attribute, node: FilterNode): JsonObject | undefined {
  if (node.kind === 'compare' && node.op === 'eq' && node.value !== null) {
    const sub = findAttribute(attribute.subAttributes ?? [], node.path.names[0] ?? '');
    if (sub === undefined) return undefined;
    const quoted = sub.type === 'boolean' && typeof node.value === 'string';
    return { [sub.name]: quoted ? String(node.value).toLowerCase() === 'true' : node.value };
  }
  if (node.kind !== 'and') return undefined;
  const parts = node.terms.map((term) => partsOfFilter(attribute, term));
  return parts.includes(undefined) ? undefined : Object.assign({}, ...parts);
}

function changeElement(target: AttributeTarget, op: Op, value: Json | undefined, element: Json): Json | undefined {
  const { attribute, sub } = target;
  if (sub !== undefined) {
    const next = changedPart(isObject(element) ? element : {}, sub, op, value);
    return Object.keys(next).length === 0 ? undefined : next;
  }
  if (op === 'remove' || isUnassigned(value)) return undefined;
  const one = isArray(value) ? value[0] : value;
  if (one === undefined || (isArray(value) && value.length > 1)) {
    refuse('invalidValue', `A path that chooses elements of "${attribute.name}" takes one value.`);
  }
  const read = readElement(attribute, one, attribute.name);
  if (!isObject(read) || !isObject(element)) return read;
  return op === 'add' ? { ...element, ...read } : read;
}

/** A path without a filter that names a part means that part of every element. */
function changeChosen(
  target: AttributeTarget,
  op: Op,
  value: Json | undefined,
  elements: readonly Json[],
  written: FilterNode | undefined,
  options: ChangeOptions,
): readonly Json[] {
  const { attribute, filter } = target;
  const fits = elements.map(
    (element) => filter === undefined || elementFits(filter, comparableParts(attribute, element)),
  );
  if (!fits.includes(true) && op !== 'remove') {
    const parts = options.createUnmatched && written !== undefined ? partsOfFilter(attribute, written) : undefined;
    if (parts === undefined) refuse('noTarget', `No element of "${attribute.name}" fits the path.`);
    const created = changeElement(target, op, value, parts);
    return created === undefined
      ? elements
      : addElements(attribute, elements, [isObject(created) ? { ...parts, ...created } : created]);
  }
  const chosen = new Set<number>();
  const next: Json[] = [];
  elements.forEach((element, at) => {
    const kept = fits[at] === true ? changeElement(target, op, value, element) : element;
    if (kept === undefined) return;
    if (fits[at] === true) chosen.add(next.length);
    next.push(kept);
  });
  return withOnePrimary(next, chosen);
}

function changeMany(
  target: AttributeTarget,
  op: Op,
  value: Json | undefined,
  current: Json | undefined,
  written: FilterNode | undefined,
  options: ChangeOptions,
): Json | undefined {
  const { attribute, filter, sub } = target;
  const elements = isArray(current) ? current : [];
  if (filter !== undefined || sub !== undefined) {
    return changeChosen(target, op, value, elements, written, options);
  }
  // A client that removes with a value means that value, never all: Entra ID takes people out of groups like this.
  if (op === 'remove') {
    if (isUnassigned(value)) return undefined;
    return removeElements(attribute, elements, (readValue(attribute, asArray(value)) as readonly Json[]) ?? []);
  }
  const read = readValue(attribute, value === undefined ? null : asArray(value));
  return op === 'add' ? addElements(attribute, elements, isArray(read) ? read : []) : read;
}

/** The attribute's value after one operation; undefined when it has none any more. Errors: as RFC 7644 §3.5.2 names them. */
export function changeAttribute(
  target: AttributeTarget,
  op: Op,
  value: Json | undefined,
  current: Json | undefined,
  written: FilterNode | undefined,
  options: ChangeOptions,
): Json | undefined {
  const next = target.attribute.multiValued
    ? changeMany(target, op, value, current, written, options)
    : changeSingle(target, op, value, current);
  return isUnassigned(next) ? undefined : next;
}
