import {
  canonical,
  coreSchemas,
  isExtension,
  isObject,
  type Json,
  membersOf,
  type ResourceKind,
  type ScimResource,
  withMembers,
} from './resource.ts';

/** Attributes that a server keeps by itself (RFC 7643 §3.1, §4.1). */
const readOnly = new Set(['id', 'meta', 'schemas']);
const readOnlyOfUsers = new Set([...readOnly, 'groups']);

/** Which schemas a resource is made of. */
export function schemasOf(kind: ResourceKind, resource: ScimResource): string[] {
  return [coreSchemas[kind], ...Object.keys(resource).filter(isExtension)];
}

/** As it is created or replaced. A group that is replaced says its members even when there are none. */
export function bodyOf(kind: ResourceKind, resource: ScimResource, { explicitMembers = false } = {}): ScimResource {
  const body: ScimResource = { schemas: schemasOf(kind, resource), ...resource };
  return explicitMembers && body.members === undefined ? { ...body, members: [] } : body;
}

/**
 * What a PUT sends: the other side's resource with what we decide put over it, so that what we do not decide survives.
 * Members are always all of ours: an empty list empties the group.
 */
export function overlaid(
  kind: ResourceKind,
  remote: ScimResource,
  decided: ScimResource,
  former: ScimResource,
): ScimResource {
  const dropped = kind === 'user' ? readOnlyOfUsers : readOnly;
  const kept = Object.entries(remote).filter(([name]) => !dropped.has(name));
  const whole: ScimResource = Object.fromEntries(kept);
  for (const name of new Set([...Object.keys(former), ...Object.keys(decided)])) {
    const [value, present, old] = [decided[name], whole[name], former[name]];
    if (isObject(value) && isObject(present)) {
      const survivors = Object.entries(present).filter(([key]) => !(isObject(old) && Object.hasOwn(old, key)));
      whole[name] = { ...Object.fromEntries(survivors), ...value };
    } else if (value === undefined) delete whole[name];
    else whole[name] = value;
  }
  return bodyOf(kind, whole, { explicitMembers: kind === 'group' });
}

/**
 * Of the other side's resource what we decide too, in the same form, so that the two can be compared: attributes and
 * sub-attributes that we never set are left out, as are `display`, `$ref` and whatever a server adds to values.
 */
export function projected(remote: ScimResource, decided: ScimResource, former: ScimResource = {}): ScimResource {
  const names = new Set([...Object.keys(decided), ...Object.keys(former)]);
  const found: ScimResource = {};
  for (const name of names) {
    if (name === 'members') continue;
    const value = remote[name];
    if (value === undefined) continue;
    found[name] = projectedValue(value, [decided[name], former[name]]);
  }
  const whole = names.has('members') || remote.members !== undefined ? withMembers(found, membersOf(remote)) : found;
  return canonical(whole);
}

function projectedValue(value: Json, ours: readonly (Json | undefined)[]): Json {
  const keys = new Set(
    ours.flatMap((each) => {
      const entries = Array.isArray(each) ? each : [each];
      return entries.flatMap((entry) => (isObject(entry) ? Object.keys(entry) : []));
    }),
  );
  const only = (entry: Json): Json => {
    if (!isObject(entry)) return entry;
    const kept = Object.entries(entry).filter(([key]) => keys.has(key));
    // Of a reference only who is meant is ours.
    return Object.fromEntries(
      kept.map(([key, inner]) => [
        key,
        isObject(inner) && typeof inner.value === 'string' ? { value: inner.value } : inner,
      ]),
    );
  };
  return Array.isArray(value) ? value.map(only) : only(value);
}
