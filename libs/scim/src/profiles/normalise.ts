import { pathNode } from '../filter/parser.ts';
import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import { patchSchema } from '../patch/operation.ts';
import { type Attribute, findAttribute } from '../schema/attribute.ts';
import { type ResourceType, resolveAttribute, schemaOf, topAttributes } from '../schema/registry.ts';
import type { Tolerances } from './profile.ts';

function bareElement(attribute: Attribute, value: Json): Json {
  const takesValue = findAttribute(attribute.subAttributes ?? [], 'value') !== undefined;
  return attribute.type === 'complex' && takesValue && typeof value === 'string' ? { value } : value;
}

function element(attribute: Attribute, value: Json, tolerances: Tolerances): Json {
  if (tolerances.quotedBooleans && attribute.type === 'boolean' && typeof value === 'string') {
    if (/^true$/i.test(value)) return true;
    if (/^false$/i.test(value)) return false;
  }
  const whole = tolerances.bareValues ? bareElement(attribute, value) : value;
  return isObject(whole) ? object(attribute.subAttributes ?? [], whole, tolerances) : whole;
}

function attributeValue(attribute: Attribute, value: Json, tolerances: Tolerances): Json {
  if (isArray(value)) return value.map((one) => element(attribute, one, tolerances));
  const one = element(attribute, value, tolerances);
  return attribute.multiValued && tolerances.bareValues && one !== null ? [one] : one;
}

function object(attributes: readonly Attribute[], value: JsonObject, tolerances: Tolerances): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, part] of Object.entries(value)) {
    const attribute = findAttribute(attributes, key);
    if (attribute !== undefined) kept.push([key, attributeValue(attribute, part, tolerances)]);
    else if (!tolerances.unknown) kept.push([key, part]);
  }
  return Object.fromEntries(kept);
}

function schemas(type: ResourceType, value: Json): Json {
  return isArray(value) ? value.filter((urn) => typeof urn !== 'string' || schemaOf(type, urn) !== undefined) : value;
}

/** A body as a client of the profile means it, in the words of the strict core. Pure; what it does not understand it leaves. */
export function normaliseResource(type: ResourceType, body: Json, tolerances: Tolerances): Json {
  if (!isObject(body)) return body;
  const kept: [string, Json][] = [];
  for (const [key, value] of Object.entries(body)) {
    const extension = schemaOf(type, key);
    const attribute = findAttribute(topAttributes(type), key);
    if (key.toLowerCase() === 'schemas') kept.push([key, tolerances.unknown ? schemas(type, value) : value]);
    else if (extension !== undefined && isObject(value))
      kept.push([key, object(extension.attributes, value, tolerances)]);
    else if (attribute !== undefined) kept.push([key, attributeValue(attribute, value, tolerances)]);
    else if (extension !== undefined || !tolerances.unknown) kept.push([key, value]);
  }
  return Object.fromEntries(kept);
}

function normaliseAt(type: ResourceType, path: string, value: Json, tolerances: Tolerances): Json | undefined {
  const whole = schemaOf(type, path);
  if (whole !== undefined && whole !== type.schema) {
    return isObject(value) ? object(whole.attributes, value, tolerances) : value;
  }
  // The path without its filter; a part after the filter belongs to it again.
  const flat = path.replace(/\[.*\](\.)?/s, (_filter, dot: string | undefined) => (dot === undefined ? '' : '.'));
  const node = pathNode(flat, 0);
  const found = node === undefined ? undefined : resolveAttribute(type, node.urn, node.names);
  if (found === undefined) return tolerances.unknown && node !== undefined && !path.includes('[') ? undefined : value;
  if (found.sub !== undefined) return attributeValue(found.sub, value, tolerances);
  if (path.includes('['))
    return isArray(value)
      ? value.map((one) => element(found.attribute, one, tolerances))
      : element(found.attribute, value, tolerances);
  return attributeValue(found.attribute, value, tolerances);
}

function member(raw: JsonObject, name: string): [string, Json | undefined] {
  const key = Object.keys(raw).find((candidate) => candidate.toLowerCase() === name.toLowerCase()) ?? name;
  return [key, Object.hasOwn(raw, key) ? raw[key] : undefined];
}

function normaliseOperation(type: ResourceType, raw: Json, tolerances: Tolerances): readonly Json[] {
  if (!isObject(raw)) return [raw];
  const [, path] = member(raw, 'path');
  const [, op] = member(raw, 'op');
  const [, value] = member(raw, 'value');
  if (typeof path === 'string' && path !== '') {
    if (value === undefined) return [raw];
    const kept = normaliseAt(type, path, value, tolerances);
    return kept === undefined ? [] : [{ op: op ?? null, path, value: kept }];
  }
  if (!isObject(value)) return [raw];
  const plain: [string, Json][] = [];
  const addressed: Json[] = [];
  for (const [key, part] of Object.entries(value)) {
    const isPath = tolerances.pathKeys && /[.:[]/.test(key) && schemaOf(type, key) === undefined;
    if (isPath) {
      const kept = normaliseAt(type, key, part, tolerances);
      if (kept !== undefined) addressed.push({ op: op ?? null, path: key, value: kept });
    } else if (['id', 'schemas', 'meta'].includes(key.toLowerCase())) plain.push([key, part]);
    else {
      const attribute = findAttribute(topAttributes(type), key);
      if (attribute?.mutability === 'readOnly' && tolerances.unknown) continue;
      const kept = normaliseAt(type, key, part, tolerances);
      if (kept !== undefined) plain.push([key, kept]);
    }
  }
  return [{ op: op ?? null, value: Object.fromEntries(plain) }, ...addressed];
}

/** A PATCH as a client of the profile means it. */
export function normalisePatch(type: ResourceType, body: Json, tolerances: Tolerances): Json {
  if (!isObject(body)) return body;
  const [schemasKey, named] = member(body, 'schemas');
  const [operationsKey, operations] = member(body, 'Operations');
  return {
    ...body,
    ...(named === undefined && tolerances.missingPatchSchema ? { [schemasKey]: [patchSchema] } : {}),
    ...(isArray(operations)
      ? { [operationsKey]: operations.flatMap((operation) => normaliseOperation(type, operation, tolerances)) }
      : {}),
  };
}
