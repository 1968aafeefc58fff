import { refuse } from '../error.ts';
import { pathNode } from '../filter/parser.ts';
import { isArray, isObject, type Json, type JsonObject, own } from '../json.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import { type ResourceType, resolveAttribute, schemaOf, topAttributes } from '../schema/registry.ts';

/** Which attributes an answer carries (RFC 7644 §3.9). Keys are `URN|name` or `URN|name|sub`, the core's URN empty. */
export interface Selection {
  readonly only: ReadonlySet<string> | undefined;
  readonly without: ReadonlySet<string>;
}

const all: Selection = { only: undefined, without: new Set() };

function key(extension: Schema | undefined, ...names: string[]): string {
  return [extension?.id ?? '', ...names].join('|');
}

function keysOf(type: ResourceType, list: string): Set<string> {
  const keys = new Set<string>();
  for (const name of list.split(',').map((part) => part.trim())) {
    const whole = schemaOf(type, name);
    const path = pathNode(name, 0);
    const found = path === undefined ? undefined : resolveAttribute(type, path.urn, path.names);
    if (whole !== undefined) {
      const extension = whole === type.schema ? undefined : whole;
      for (const attribute of whole.attributes) keys.add(key(extension, attribute.name));
    } else if (found !== undefined) {
      keys.add(key(found.extension, found.attribute.name, ...(found.sub === undefined ? [] : [found.sub.name])));
    }
  }
  return keys;
}

/**
 * Of the query parameters, both comma-separated. An empty one counts as absent, an unknown name selects nothing, since the
 * RFC names no error for it. Errors: `invalidValue` when both are given.
 */
export function selection(type: ResourceType, asked: { attributes?: string; excludedAttributes?: string }): Selection {
  const only = asked.attributes?.trim() ?? '';
  const without = asked.excludedAttributes?.trim() ?? '';
  if (only !== '' && without !== '') {
    refuse('invalidValue', '"attributes" and "excludedAttributes" exclude each other (RFC 7644 section 3.9).');
  }
  if (only === '' && without === '') return all;
  return { only: only === '' ? undefined : keysOf(type, only), without: keysOf(type, without) };
}

function named(selected: ReadonlySet<string>, base: string): boolean {
  if (selected.has(base)) return true;
  for (const name of selected) if (name.startsWith(`${base}|`)) return true;
  return false;
}

function isWanted(attribute: Attribute, base: string, choice: Selection): boolean {
  if (attribute.returned === 'always') return true;
  if (attribute.returned === 'never') return false;
  if (choice.only !== undefined) return named(choice.only, base);
  return attribute.returned === 'default' && !choice.without.has(base);
}

/** Whether an attribute of the core is in the answer, so that what is dear need not be read in vain. */
export function wants(type: ResourceType, choice: Selection, name: string): boolean {
  const attribute = resolveAttribute(type, undefined, [name])?.attribute;
  return attribute !== undefined && isWanted(attribute, key(undefined, attribute.name), choice);
}

function projectParts(attribute: Attribute, value: Json, base: string, choice: Selection): Json {
  if (isArray(value)) return value.map((element) => projectParts(attribute, element, base, choice));
  if (!isObject(value)) return value;
  const whole = choice.only === undefined || choice.only.has(base);
  const parts: Record<string, Json> = {};
  for (const sub of attribute.subAttributes ?? []) {
    const part = own(value, sub.name);
    if (part === undefined || sub.returned === 'never') continue;
    const asked = choice.only?.has(`${base}|${sub.name}`) ?? false;
    const usual = whole && sub.returned === 'default' && !choice.without.has(`${base}|${sub.name}`);
    if (sub.returned === 'always' || asked || usual) parts[sub.name] = part;
  }
  return parts;
}

function projectObject(
  attributes: readonly Attribute[],
  value: JsonObject,
  extension: Schema | undefined,
  choice: Selection,
): JsonObject {
  const kept: Record<string, Json> = {};
  for (const attribute of attributes) {
    const base = key(extension, attribute.name);
    const part = own(value, attribute.name);
    if (part !== undefined && isWanted(attribute, base, choice)) {
      kept[attribute.name] = projectParts(attribute, part, base, choice);
    }
  }
  return kept;
}

/** The resource as the answer carries it: `returned` of each attribute honoured (RFC 7643 §2.2), in the schema's order. */
export function project(type: ResourceType, resource: JsonObject, choice: Selection = all): JsonObject {
  const shown: Record<string, Json> = { ...projectObject(topAttributes(type), resource, undefined, choice) };
  for (const { schema } of type.extensions) {
    const value = own(resource, schema.id);
    const part = isObject(value) ? projectObject(schema.attributes, value, schema, choice) : {};
    if (Object.keys(part).length > 0) shown[schema.id] = part;
  }
  return shown;
}
