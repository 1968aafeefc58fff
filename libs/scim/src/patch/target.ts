import { refuse, ScimError } from '../error.ts';
import { type BindOptions, bindElementFilter, type ElementFilter } from '../filter/bind.ts';
import { parseTarget } from '../filter/parser.ts';
import { type Attribute, findAttribute, type Schema } from '../schema/attribute.ts';
import { type ResourceType, resolveAttribute, schemaOf } from '../schema/registry.ts';

/** What a PATCH path leads to. */
export type Target =
  | { readonly kind: 'extension'; readonly extension: Schema }
  | {
      readonly kind: 'attribute';
      readonly extension?: Schema;
      readonly attribute: Attribute;
      readonly filter?: ElementFilter;
      readonly sub?: Attribute;
    };

function bound(attribute: Attribute, path: string, options: BindOptions): ElementFilter | undefined {
  const { filter } = parseTarget(path);
  if (filter === undefined) return undefined;
  try {
    return bindElementFilter(attribute, filter, options);
  } catch (error) {
    // A filter inside a path is part of the path: what it names wrongly makes the path wrong (RFC 7644 §3.12).
    if (error instanceof ScimError && error.scimType === 'invalidFilter') refuse('invalidPath', error.message);
    throw error;
  }
}

/**
 * Errors: `invalidPath` for what the type does not have; `mutability` for what a client cannot write.
 */
export function resolveTarget(type: ResourceType, path: string, options: BindOptions = {}): Target {
  const whole = schemaOf(type, path.trim());
  if (whole !== undefined && whole !== type.schema) return { kind: 'extension', extension: whole };
  const node = parseTarget(path);
  const found = resolveAttribute(type, node.path.urn, node.path.names);
  if (found === undefined) refuse('invalidPath', `${type.name} has no attribute ${JSON.stringify(path)}.`);
  const { attribute } = found;
  const filter = bound(attribute, path, options);
  if (filter !== undefined && !attribute.multiValued) {
    refuse('invalidPath', `"${attribute.name}" has one value, no elements to choose from.`);
  }
  const sub = node.sub === undefined ? found.sub : findAttribute(attribute.subAttributes ?? [], node.sub);
  if (node.sub !== undefined && sub === undefined) refuse('invalidPath', `"${attribute.name}" has no "${node.sub}".`);
  for (const part of [attribute, sub]) {
    if (part?.mutability === 'readOnly') refuse('mutability', `"${part.name}" cannot be written.`);
  }
  return {
    kind: 'attribute',
    ...(found.extension === undefined ? {} : { extension: found.extension }),
    attribute,
    ...(filter === undefined ? {} : { filter }),
    ...(sub === undefined ? {} : { sub }),
  };
}
