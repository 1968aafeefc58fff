import { refuse } from '../error.ts';
import { moment } from '../filter/comparable.ts';
import { isArray, isObject, isUnassigned, type Json, type JsonObject, jsonKey } from '../json.ts';
import { type Attribute, findAttribute } from '../schema/attribute.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const fits: Record<Attribute['type'], (value: Json) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  dateTime: (value) => typeof value === 'string' && moment(value) !== undefined,
  binary: (value) => typeof value === 'string' && base64.test(value),
  reference: (value) => typeof value === 'string',
  complex: isObject,
};

const forms: Record<Attribute['type'], string> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  decimal: 'a number',
  dateTime: 'a date and time with its zone',
  binary: 'base64',
  reference: 'an address as text',
  complex: 'an object',
};

/** One value, or one element, as the schema has it. Errors: `invalidValue`. */
export function readElement(attribute: Attribute, value: Json, where: string): Json {
  if (!fits[attribute.type](value)) refuse('invalidValue', `"${where}" has to be ${forms[attribute.type]}.`);
  if (typeof value === 'string' && value.includes('\u0000')) refuse('invalidValue', `"${where}" has a null character.`);
  return isObject(value) ? readObject(attribute.subAttributes ?? [], value, where) : value;
}

/**
 * A value of a client read through the schema: names in the schema's spelling, nulls and read-only parts left out, equal
 * elements once (RFC 7643 §2.4), one primary at most. Undefined when nothing is left (§2.5). Errors: `invalidValue`,
 * `invalidSyntax` for attributes that the schema does not have.
 */
export function readValue(attribute: Attribute, value: Json, where = attribute.name): Json | undefined {
  if (isUnassigned(value)) return undefined;
  if (!attribute.multiValued) {
    const read = readElement(attribute, value, where);
    return isObject(read) && Object.keys(read).length === 0 ? undefined : read;
  }
  if (!isArray(value)) refuse('invalidValue', `"${where}" has to be an array.`);
  const elements: Json[] = [];
  const known = new Set<string>();
  for (const element of value) {
    if (element === null) continue;
    const read = readElement(attribute, element, where);
    const isEmpty = isObject(read) && Object.keys(read).length === 0;
    const key = jsonKey(read);
    if (isEmpty || known.has(key)) continue;
    known.add(key);
    elements.push(read);
  }
  if (elements.filter(isPrimary).length > 1) refuse('invalidValue', `"${where}" has more than one primary value.`);
  return elements.length === 0 ? undefined : elements;
}

export function isPrimary(element: Json): boolean {
  return isObject(element) && element.primary === true;
}

/** The attributes of an object of a client; the same name twice in two spellings is refused, since one would be lost. */
export function readObject(attributes: readonly Attribute[], value: JsonObject, where?: string): JsonObject {
  const read: Record<string, Json> = {};
  const seen = new Set<string>();
  for (const [key, part] of Object.entries(value)) {
    const path = where === undefined ? key : `${where}.${key}`;
    const attribute = findAttribute(attributes, key);
    if (attribute === undefined) refuse('invalidSyntax', `There is no attribute "${path}".`);
    if (seen.has(attribute.name)) refuse('invalidSyntax', `"${path}" is there twice.`);
    seen.add(attribute.name);
    if (attribute.mutability === 'readOnly') continue;
    const kept = readValue(attribute, part, path);
    if (kept !== undefined) read[attribute.name] = kept;
  }
  return read;
}
