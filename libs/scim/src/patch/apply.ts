import { refuse } from '../error.ts';
import type { BindOptions } from '../filter/bind.ts';
import { parseTarget } from '../filter/parser.ts';
import { isObject, type Json, type JsonObject, own, sameJson } from '../json.ts';
import { checkRequired, readExtension } from '../resource/read.ts';
import type { Attribute } from '../schema/attribute.ts';
import { type ResourceType, schemaOf, topAttributes } from '../schema/registry.ts';
import { type ChangeOptions, changeAttribute } from './change.ts';
import type { PatchOperation } from './operation.ts';
import { resolveTarget } from './target.ts';

export interface PatchOptions extends ChangeOptions, BindOptions {}

type Addressed = PatchOperation & { readonly path: string };

/** An operation without a path is one for each attribute of its value (RFC 7644 §3.5.2.1, §3.5.2.3). */
export function addressed(type: ResourceType, operation: PatchOperation, id: Json | undefined): readonly Addressed[] {
  const { op, path, value } = operation;
  if (path !== undefined) return [{ ...operation, path }];
  if (!isObject(value)) refuse('invalidValue', `${op} without a "path" needs an object as its "value".`);
  return Object.entries(value).flatMap(([key, part]) => {
    const lower = key.toLowerCase();
    if (lower === 'schemas' || lower === 'meta') return [];
    // Okta repeats the id of the group that it renames.
    if (lower === 'id' && part === id) return [];
    const extension = schemaOf(type, key);
    if (extension === undefined) {
      if (/[.:[]/.test(key))
        refuse('invalidPath', `${JSON.stringify(key)} is a path, not an attribute; send it as "path".`);
      return [{ op, path: key, value: part }];
    }
    if (!isObject(part)) refuse('invalidValue', `"${key}" has to be an object.`);
    return Object.entries(part).flatMap(([name, inner]) =>
      name.toLowerCase() === 'schemas' ? [] : [{ op, path: `${extension.id}:${name}`, value: inner }],
    );
  });
}

function withValue(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _former, ...others } = object;
  return value === undefined ? others : { ...others, [name]: value };
}

function applyOne(type: ResourceType, resource: JsonObject, operation: Addressed, options: PatchOptions): JsonObject {
  const { op, path, value } = operation;
  const target = resolveTarget(type, path, options);
  if (target.kind === 'extension') {
    const { extension } = target;
    if (op === 'remove') return withValue(resource, extension.id, undefined);
    const current = own(resource, extension.id);
    const merged = { ...(isObject(current) ? current : {}), ...readExtension(extension, value ?? null) };
    return withValue(resource, extension.id, Object.keys(merged).length === 0 ? undefined : merged);
  }
  const outer = target.extension === undefined ? resource : own(resource, target.extension.id);
  const place = isObject(outer) ? outer : {};
  const { attribute } = target;
  const next = changeAttribute(target, op, value, own(place, attribute.name), parseTarget(path).filter, options);
  if (next === undefined && attribute.required)
    refuse('mutability', `"${attribute.name}" is required and cannot be removed.`);
  const changed = withValue(place, attribute.name, next);
  if (target.extension === undefined) return changed;
  return withValue(resource, target.extension.id, Object.keys(changed).length === 0 ? undefined : changed);
}

function checkImmutable(attributes: readonly Attribute[], before: JsonObject, after: JsonObject): void {
  for (const { name, mutability } of attributes) {
    const was = own(before, name);
    if (mutability === 'immutable' && was !== undefined && !sameJson(was, own(after, name))) {
      refuse('mutability', `"${name}" cannot be changed once it has a value.`);
    }
  }
}

/**
 * A PATCH (RFC 7644 §3.5.2): all operations in their order, or none, since the resource that came in is never touched.
 * What is already so changes nothing: the answer is then the same JSON value (`sameJson`). Errors: as the RFC names them.
 */
export function applyPatch(
  type: ResourceType,
  resource: JsonObject,
  operations: readonly PatchOperation[],
  options: PatchOptions = {},
): JsonObject {
  const id = own(resource, 'id');
  const next = operations
    .flatMap((operation) => addressed(type, operation, id))
    .reduce((current, operation) => applyOne(type, current, operation, options), resource);
  checkImmutable(topAttributes(type), resource, next);
  for (const { schema } of type.extensions) {
    const [was, is] = [own(resource, schema.id), own(next, schema.id)];
    if (isObject(was)) checkImmutable(schema.attributes, was, isObject(is) ? is : {});
  }
  checkRequired(type, next);
  return next;
}
