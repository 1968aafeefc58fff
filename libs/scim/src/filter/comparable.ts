import { refuse } from '../error.ts';
import { isArray, isObject, type Json, type JsonObject, own } from '../json.ts';
import { type Attribute, findAttribute } from '../schema/attribute.ts';
import { type ResourceType, topAttributes } from '../schema/registry.ts';

/** What two values that are equal to a filter have in common: folded text, moments as numbers. */
export type Comparable = string | number | boolean;

/** The form under which text compares without regard to case (RFC 7643 §2.2 caseExact). The database's scim_fold() does the same. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** Milliseconds since 1970 of an xsd:dateTime with its zone (RFC 7643 §2.3.5); undefined for anything else. */
export function moment(text: string): number | undefined {
  if (!dateTime.test(text)) return undefined;
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? undefined : time;
}

/** The comparable of a stored value, which has been read through the schema. */
export function comparable(attribute: Attribute, value: Json): Comparable {
  if (typeof value !== 'string') return value as number | boolean;
  if (attribute.type === 'dateTime') return moment(value) ?? value;
  return attribute.type === 'string' && !attribute.caseExact ? fold(value) : value;
}

/** The comparable of what a filter says. Errors: `invalidFilter` when it is none of the attribute's values. */
export function comparableOfFilter(attribute: Attribute, value: string | number | boolean, where: string): Comparable {
  const expected = { boolean: 'boolean', integer: 'number', decimal: 'number' }[attribute.type as string] ?? 'string';
  if (typeof value !== expected) {
    const form = expected === 'string' ? 'text in double quotes' : expected === 'number' ? 'a number' : 'true or false';
    refuse('invalidFilter', `"${attribute.name}" compares with ${form} ${where}.`);
  }
  if (attribute.type === 'dateTime' && moment(String(value)) === undefined) {
    refuse('invalidFilter', `"${attribute.name}" compares with a date and time like "2026-01-31T08:00:00Z" ${where}.`);
  }
  return comparable(attribute, value);
}

/** What is compared of a complex value or of an element, by sub-attribute. */
export function comparableParts(attribute: Attribute, value: Json): Json {
  if (!isObject(value)) return comparable(attribute, value);
  return comparableObject(attribute.subAttributes ?? [], value);
}

function comparableObject(attributes: readonly Attribute[], value: JsonObject): JsonObject {
  const parts: Record<string, Json> = {};
  for (const [key, part] of Object.entries(value)) {
    const attribute = findAttribute(attributes, key);
    if (attribute === undefined || attribute.returned === 'never' || part === null) continue;
    parts[attribute.name] = isArray(part)
      ? part.map((element) => comparableParts(attribute, element))
      : comparableParts(attribute, part);
  }
  return parts;
}

/**
 * A resource as filters see it: the shape of the resource with each value in its comparable form, extensions under their
 * URN, nothing that is never returned. It is what is stored beside a resource, so that SQL needs to fold nothing.
 */
export function searchable(type: ResourceType, resource: JsonObject): JsonObject {
  const core = comparableObject(topAttributes(type), resource);
  const extensions = type.extensions.flatMap(({ schema }) => {
    const value = own(resource, schema.id);
    return isObject(value) ? [[schema.id, comparableObject(schema.attributes, value)] as const] : [];
  });
  return { ...core, ...Object.fromEntries(extensions) };
}
