import {
  byText,
  canonical,
  isExtension,
  isObject,
  type Json,
  membersOf,
  type ScimResource,
  sameJson,
  withMembers,
} from './resource.ts';

/** One step from a resource to another. A path has one name, or two: of a complex attribute or extension and inside it. */
export type Change =
  | { kind: 'set'; path: readonly string[]; value: Json }
  | { kind: 'unset'; path: readonly string[] }
  | { kind: 'members'; add: readonly string[]; remove: readonly string[] };

/**
 * What leads from one resource to another, smallest first: sub-attributes of `name` and the like one by one, multi-valued
 * attributes as a whole, members by who comes and who goes. Nothing for two that say the same.
 */
export function diff(before: ScimResource, after: ScimResource): Change[] {
  const [from, to] = [canonical(before), canonical(after)];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => name !== 'members');
  const changes = names.toSorted(byText).flatMap((name) => attributeChanges([name], from[name], to[name]));
  const [had, has] = [new Set(membersOf(from)), new Set(membersOf(to))];
  const add = [...has].filter((id) => !had.has(id));
  const remove = [...had].filter((id) => !has.has(id));
  return add.length + remove.length === 0 ? changes : [...changes, { kind: 'members', add, remove }];
}

function attributeChanges(path: readonly string[], from: Json | undefined, to: Json | undefined): Change[] {
  if (sameJson(from, to)) return [];
  if (path.length === 1 && (isObject(from) || isObject(to)) && (isObject(to) || isExtension(path[0] ?? ''))) {
    const [old, fresh] = [isObject(from) ? from : {}, isObject(to) ? to : {}];
    const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].toSorted(byText);
    // A scalar that becomes an object is replaced as a whole: there is nothing to go into.
    if (from === undefined || isObject(from)) {
      return names.flatMap((name) => attributeChanges([...path, name], old[name], fresh[name]));
    }
  }
  return [to === undefined ? { kind: 'unset', path } : { kind: 'set', path, value: to }];
}

/** The resource after these changes, canonical. */
export function applyChanges(resource: ScimResource, changes: readonly Change[]): ScimResource {
  return canonical(changes.reduce(applyChange, resource));
}

function applyChange(resource: ScimResource, change: Change): ScimResource {
  if (change.kind === 'members') {
    const gone = new Set(change.remove);
    return withMembers(resource, [...membersOf(resource).filter((id) => !gone.has(id)), ...change.add]);
  }
  const value = change.kind === 'set' ? change.value : undefined;
  return placed(resource, change.path, value);
}

function placed(tree: ScimResource, [name = '', inner]: readonly string[], value: Json | undefined): ScimResource {
  const others = Object.entries(tree).filter(([key]) => key !== name);
  const present = Object.hasOwn(tree, name) ? tree[name] : undefined;
  const placedValue = inner === undefined ? value : placed(isObject(present) ? present : {}, [inner], value);
  return Object.fromEntries(placedValue === undefined ? others : [...others, [name, placedValue]]);
}
