import type { JsonObject } from '../json.ts';
import { own } from '../json.ts';
import type { ResourceType } from '../schema/registry.ts';

/** The `schemas` of a resource: the core one, and each extension it has values of. */
export function schemasOf(type: ResourceType, resource: JsonObject): readonly string[] {
  const extensions = type.extensions.map((extension) => extension.schema.id);
  return [type.schema.id, ...extensions.filter((urn) => own(resource, urn) !== undefined)];
}
