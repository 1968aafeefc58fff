export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A SCIM resource as JSON: attributes by name, extensions under their URN (RFC 7643 §3). */
export type ScimResource = { [attribute: string]: Json };

export const resourceKinds = ['user', 'group'] as const;
export type ResourceKind = (typeof resourceKinds)[number];

export const coreSchemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
} as const;
export const enterpriseUser = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const endpoints = { user: 'Users', group: 'Groups' } as const;

export const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isExtension = (attribute: string): boolean => attribute.startsWith('urn:');

/** Whether two values are the same JSON; the order of an object's keys does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(canonicalJson(a)) === JSON.stringify(canonicalJson(b));
}

/** Code unit order: the same in every process, whatever its locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function canonicalJson(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (Array.isArray(value)) {
    const entries = value.flatMap((entry) => canonicalJson(entry) ?? []);
    const keyed = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
    return keyed.size === 0 ? undefined : [...keyed.keys()].toSorted(byText).flatMap((key) => keyed.get(key) ?? []);
  }
  if (!isObject(value)) return value;
  const entries = Object.keys(value)
    .toSorted(byText)
    .flatMap((key): [string, Json][] => {
      const inner = canonicalJson(value[key]);
      // RFC 7643 §2.4: not being the primary one is not said.
      return inner === undefined || (key === 'primary' && inner === false) ? [] : [[key, inner]];
    });
  // `fromEntries` defines keys, so that one called __proto__ is a key like any other.
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * The resource in the one form that can be compared: without what is unset (null, empty; RFC 7643 §2.5), keys and values
 * of multi-valued attributes in a fixed order, no value twice.
 */
export function canonical(resource: ScimResource): ScimResource {
  return (canonicalJson(resource) as ScimResource | undefined) ?? {};
}

/** A part of an answer by its name, which is the same in any case (RFC 7643 §2.1): Google's are small. */
export function partOf(body: ScimResource | undefined, name: string): Json | undefined {
  return Object.entries(body ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

/** What a list holds; undefined when it is no list. */
export function listedIn(body: ScimResource | undefined): ScimResource[] | undefined {
  const listed = partOf(body, 'Resources');
  if (Array.isArray(listed)) return listed.filter(isObject);
  return listed === undefined && partOf(body, 'totalResults') === undefined ? undefined : [];
}

/** Ids in `members`, in order. */
export function membersOf(resource: ScimResource): string[] {
  const { members } = resource;
  if (!Array.isArray(members)) return [];
  const ids = members.flatMap((member) => (isObject(member) && typeof member.value === 'string' ? member.value : []));
  return [...new Set(ids)].toSorted(byText);
}

/** A resource with these members; without any when there are none. */
export function withMembers({ members: _members, ...rest }: ScimResource, ids: readonly string[]): ScimResource {
  if (ids.length === 0) return rest;
  return { ...rest, members: [...new Set(ids)].toSorted(byText).map((value) => ({ value })) };
}
