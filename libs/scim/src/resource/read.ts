import { refuse } from '../error.ts';
import { bareObject, isArray, isObject, isUnassigned, type Json, type JsonObject, own, sameJson } from '../json.ts';
import { type Attribute, findAttribute, type Schema } from '../schema/attribute.ts';
import { type ResourceType, schemaOf, topAttributes } from '../schema/registry.ts';
import { readObject } from './value.ts';

function checkSchemas(type: ResourceType, schemas: Json | undefined): void {
  if (!isArray(schemas) || schemas.length === 0) refuse('invalidSyntax', '"schemas" is missing (RFC 7643 section 3).');
  for (const urn of schemas) {
    if (typeof urn !== 'string' || schemaOf(type, urn) === undefined) {
      refuse('invalidSyntax', `${type.name} has no schema ${JSON.stringify(urn)}.`);
    }
  }
  if (!schemas.some((urn) => String(urn).toLowerCase() === type.schema.id.toLowerCase())) {
    refuse('invalidSyntax', `"schemas" has to name ${type.schema.id}.`);
  }
}

/**
 * The part of a resource under an extension's URN. `schemas` inside is passed over: clients that hold an extension as a
 * resource of its own send it there. Errors: `invalidValue`, `invalidSyntax`.
 */
export function readExtension(extension: Schema, value: Json): JsonObject {
  if (!isObject(value)) refuse('invalidValue', `"${extension.id}" has to be an object.`);
  const parts = Object.entries(value).filter(([key]) => key.toLowerCase() !== 'schemas');
  return readObject(extension.attributes, Object.fromEntries(parts), extension.id);
}

/**
 * What a client sent to create or replace a resource, read through its type: only what a client may set is left, in the
 * schema's spelling, extensions under their URN. Errors: `invalidSyntax`, `invalidValue`.
 */
export function readResource(type: ResourceType, body: Json): JsonObject {
  if (!isObject(body)) refuse('invalidSyntax', 'The body has to be a JSON object.');
  checkSchemas(type, Object.entries(body).find(([key]) => key.toLowerCase() === 'schemas')?.[1]);
  const top = bareObject();
  const resource: Record<string, Json> = {};
  for (const [key, value] of Object.entries(body)) {
    const extension = schemaOf(type, key);
    if (key.toLowerCase() === 'schemas') continue;
    if (extension === undefined || extension === type.schema) {
      top[key] = value;
      continue;
    }
    if (isUnassigned(value)) continue;
    if (own(resource, extension.id) !== undefined) refuse('invalidSyntax', `"${extension.id}" is there twice.`);
    const read = readExtension(extension, value);
    if (Object.keys(read).length > 0) resource[extension.id] = read;
  }
  return { ...readObject(topAttributes(type), top), ...resource };
}

function checkRequiredOf(attributes: readonly Attribute[], value: JsonObject, where: string): void {
  for (const attribute of attributes) {
    const path = `${where}${attribute.name}`;
    const part = own(value, attribute.name);
    if (attribute.required && attribute.mutability !== 'readOnly' && (isUnassigned(part) || part === '')) {
      refuse('invalidValue', `"${path}" is required.`);
    }
    for (const element of isArray(part) ? part : [part]) {
      if (isObject(element)) checkRequiredOf(attribute.subAttributes ?? [], element, `${path}.`);
    }
  }
}

/** Errors: `invalidValue` naming the first required attribute or extension without a value. */
export function checkRequired(type: ResourceType, resource: JsonObject): void {
  checkRequiredOf(type.schema.attributes, resource, '');
  for (const { schema, required } of type.extensions) {
    const value = own(resource, schema.id);
    if (isObject(value)) checkRequiredOf(schema.attributes, value, `${schema.id}:`);
    else if (required) refuse('invalidValue', `The extension "${schema.id}" is required.`);
  }
}

function carriedOver(
  attributes: readonly Attribute[],
  current: JsonObject,
  next: JsonObject,
  where: string,
): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(current)) {
    const attribute = findAttribute(attributes, name);
    if (attribute === undefined) continue;
    const wanted = own(next, name);
    if (attribute.mutability === 'readOnly' || (wanted === undefined && attribute.mutability !== 'readWrite')) {
      kept[name] = value;
    } else if (attribute.mutability === 'immutable' && !sameJson(value, wanted)) {
      refuse('mutability', `"${where}${name}" cannot be changed once it has a value.`);
    }
  }
  return kept;
}

/**
 * PUT (RFC 7644 §3.5.1): what the client sent takes the place of what it may write; what it may not write stays, and so do
 * immutable and write-only attributes that it left out. Errors: `mutability`, `invalidValue`.
 */
export function replaceResource(type: ResourceType, current: JsonObject, sent: JsonObject): JsonObject {
  const next: Record<string, Json> = { ...sent, ...carriedOver(topAttributes(type), current, sent, '') };
  for (const { schema } of type.extensions) {
    const was = own(current, schema.id);
    const sentPart = own(sent, schema.id);
    const wanted = isObject(sentPart) ? sentPart : {};
    const kept = isObject(was) ? carriedOver(schema.attributes, was, wanted, `${schema.id}:`) : {};
    const merged = { ...wanted, ...kept };
    if (Object.keys(merged).length > 0) next[schema.id] = merged;
  }
  checkRequired(type, next);
  return next;
}
