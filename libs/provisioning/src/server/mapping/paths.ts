import { type Attribute, type AttributeRef, type ResourceType, resolveAttribute, topAttributes } from '@sparekey/scim';
import type { Expression, KnownPath } from '../../expression/parse.ts';
import { type AttributePath, attributePath } from '../../mapping/attribute-path.ts';

/** An attribute with one value, where it stands in the document. */
export interface Readable {
  readonly attribute: Attribute;
  /** Keys from the top, an extension under its URN. */
  readonly steps: readonly string[];
  /** Compared as it stands; otherwise without regard to case. */
  readonly exact: boolean;
}

export interface Writable {
  readonly path: AttributePath;
  readonly attribute: Attribute;
  /** Undefined for one value of a multi-valued attribute. */
  readonly steps: readonly string[] | undefined;
  readonly exact: boolean;
}

/** Kept by the server, or said by the directory alone. */
const refused: ReadonlySet<string> = new Set(['active', 'password', 'externalId']);

const isFolded = ({ type, caseExact }: Attribute): boolean => type === 'string' && !caseExact;

export const isComplex = ({ attribute }: Readable): boolean => attribute.type === 'complex';

/** What an expression over a resource can name: attributes of the core, by their spelling; extensions through `get`. */
export function knowsAttribute(type: ResourceType): KnownPath {
  return ([root, name, part, ...rest]) => {
    if (root !== 'scim' || rest.length > 0) return false;
    if (name === undefined) return true;
    const attribute = topAttributes(type).find((each) => each.name === name);
    if (attribute === undefined || attribute.returned === 'never' || attribute.mutability === 'readOnly') return false;
    return part === undefined || (attribute.subAttributes ?? []).some((each) => each.name === part);
  };
}

/** The keys that an expression only follows: `scim.name.givenName`, `get(get(scim, "urn:…"), "department")`. */
export function sourcePath(expression: Expression): readonly string[] | undefined {
  if (expression.kind === 'path') return expression.steps.slice(1);
  if (expression.kind !== 'call' || expression.name !== 'get') return undefined;
  const [of, key] = expression.operands;
  if (of === undefined || key?.kind !== 'literal' || typeof key.value !== 'string') return undefined;
  const before = sourcePath(of);
  return before === undefined ? undefined : [...before, key.value];
}

/** In the spelling of the schema, which is that of every document. */
function stepsOf({ extension, attribute, sub }: AttributeRef): readonly string[] {
  return [...(extension === undefined ? [] : [extension.id]), attribute.name, ...(sub === undefined ? [] : [sub.name])];
}

/** Undefined for what is no attribute with one text as its value, and for what no directory may be told anew. */
export function readablePath(steps: readonly string[], type: ResourceType): Readable | undefined {
  const [first = ''] = steps;
  const [urn, names] = first.startsWith('urn:') ? [first, steps.slice(1)] : [undefined, steps];
  const found = resolveAttribute(type, urn, names);
  if (found === undefined || names.length > 2 || refused.has(found.attribute.name)) return undefined;
  const attribute = found.sub ?? found.attribute;
  if (found.attribute.multiValued || attribute.multiValued || !['string', 'reference'].includes(attribute.type))
    return undefined;
  return { attribute, steps: stepsOf(found), exact: !isFolded(attribute) };
}

/** Undefined for what is no attribute, names an object as a whole, or may not be told by a mapping. */
export function writablePath(target: string, type: ResourceType): Writable | undefined {
  const path = attributePath(target);
  if (path === undefined || (path.extension === undefined && refused.has(path.attribute))) return undefined;
  const names = [path.attribute, ...(path.subAttribute === undefined ? [] : [path.subAttribute])];
  const found = resolveAttribute(type, path.extension, names);
  if (found === undefined) return undefined;
  const attribute = found.sub ?? found.attribute;
  const isRefused = [found.attribute, attribute].some(
    (each) => each.mutability === 'readOnly' || each.returned === 'never',
  );
  if (isRefused || attribute.type === 'complex' || found.attribute.multiValued !== (path.type !== undefined))
    return undefined;
  const steps = stepsOf(found);
  const isText = ['string', 'reference'].includes(attribute.type);
  const spelled = {
    ...path,
    attribute: found.attribute.name,
    ...(found.extension && { extension: found.extension.id }),
    ...(found.sub && { subAttribute: found.sub.name }),
  };
  return {
    path: spelled,
    attribute,
    steps: path.type === undefined && isText ? steps : undefined,
    exact: !isFolded(attribute),
  };
}
