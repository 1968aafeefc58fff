import { refuse } from '../error.ts';
import type { ElementFilter } from '../filter/bind.ts';
import { isArray, isUnassigned, type Json } from '../json.ts';
import { readValue } from '../resource/value.ts';
import type { Attribute } from '../schema/attribute.ts';
import { type ResourceType, resolveAttribute } from '../schema/registry.ts';
import { addressed, type PatchOptions } from './apply.ts';
import type { PatchOperation } from './operation.ts';
import { resolveTarget } from './target.ts';

/** One change of a set that is kept outside of its resource, such as the members of a group. */
export type RelationChange =
  | { readonly kind: 'add' | 'remove' | 'replace'; readonly elements: readonly Json[] }
  | { readonly kind: 'removeWhere'; readonly filter: ElementFilter };

export interface SplitPatch {
  /** What changes the resource itself. */
  readonly operations: readonly PatchOperation[];
  /** What changes the set, in its order. */
  readonly changes: readonly RelationChange[];
}

function elementsOf(attribute: Attribute, value: Json | undefined): readonly Json[] {
  if (isUnassigned(value)) return [];
  const read = readValue(attribute, isArray(value) ? value : [value as Json]);
  return isArray(read) ? read : [];
}

function changeOf(
  type: ResourceType,
  operation: PatchOperation & { path: string },
  options: PatchOptions,
): RelationChange {
  const target = resolveTarget(type, operation.path, options);
  if (target.kind === 'extension') refuse('invalidPath', `${JSON.stringify(operation.path)} is no attribute.`);
  const { attribute, filter, sub } = target;
  if (sub !== undefined)
    refuse('mutability', `"${attribute.name}.${sub.name}" cannot be changed; remove and add the element.`);
  const { op, value } = operation;
  if (filter !== undefined) {
    if (op === 'remove') return { kind: 'removeWhere', filter };
    refuse('mutability', `An element of "${attribute.name}" cannot be changed; remove it and add another.`);
  }
  if (op === 'remove' && isUnassigned(value)) return { kind: 'replace', elements: [] };
  return { kind: op, elements: elementsOf(attribute, value) };
}

/**
 * Parts a PATCH into what changes the resource and what changes one multi-valued attribute of its core, so that a member of
 * a large group comes and goes without the others being read. Errors: as `applyPatch`.
 */
export function splitRelation(
  type: ResourceType,
  name: string,
  operations: readonly PatchOperation[],
  id: Json | undefined,
  options: PatchOptions = {},
): SplitPatch {
  const attribute = resolveAttribute(type, undefined, [name])?.attribute;
  const kept: PatchOperation[] = [];
  const changes: RelationChange[] = [];
  for (const operation of operations.flatMap((one) => addressed(type, one, id))) {
    const target = resolveTarget(type, operation.path, options);
    if (target.kind === 'attribute' && target.attribute === attribute) changes.push(changeOf(type, operation, options));
    else kept.push(operation);
  }
  return { operations: kept, changes };
}
