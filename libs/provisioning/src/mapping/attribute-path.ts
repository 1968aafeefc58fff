import { isObject, type Json, type ScimResource } from '../plan/resource.ts';

/** Where a mapping puts a value: `userName`, `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. */
export interface AttributePath {
  extension?: string;
  attribute: string;
  /** The one value of a multi-valued attribute that is meant. */
  type?: string;
  subAttribute?: string;
}

const pattern =
  /^(?:(?<extension>urn:[A-Za-z0-9][\w.:-]{0,200}):)?(?<attribute>[A-Za-z][\w-]{0,63})(?:\[type eq "(?<type>[\w-]{1,64})"\])?(?:\.(?<subAttribute>[A-Za-z][\w-]{0,63}))?$/;

/** Names that a server keeps by itself, or that would not be data in JavaScript. */
const refused = new Set(['id', 'meta', 'schemas', 'groups', 'members', '__proto__', 'constructor', 'prototype']);

/** Undefined when the text is no such path, or leads where nothing may be put. */
export function attributePath(text: string): AttributePath | undefined {
  const groups = pattern.exec(text)?.groups;
  const { extension, attribute = '', type, subAttribute } = groups ?? {};
  if (groups === undefined || refused.has(attribute) || refused.has(subAttribute ?? '')) return undefined;
  if (type !== undefined && subAttribute === undefined) return undefined;
  return {
    attribute,
    ...(extension !== undefined && { extension }),
    ...(type !== undefined && { type }),
    ...(subAttribute !== undefined && { subAttribute }),
  };
}

/** Puts a value where the path leads, in place. */
export function putAt(resource: ScimResource, path: AttributePath, value: Json): void {
  const { extension, attribute, type, subAttribute } = path;
  const holder = extension === undefined ? resource : objectAt(resource, extension);
  if (subAttribute === undefined) holder[attribute] = value;
  else if (type === undefined) objectAt(holder, attribute)[subAttribute] = value;
  else entryAt(holder, attribute, type)[subAttribute] = value;
}

function objectAt(holder: ScimResource, name: string): ScimResource {
  const present = holder[name];
  if (isObject(present)) return present;
  const made: ScimResource = {};
  holder[name] = made;
  return made;
}

function entryAt(holder: ScimResource, name: string, type: string): ScimResource {
  const present = holder[name];
  const entries = Array.isArray(present) ? present : [];
  holder[name] = entries;
  const found = entries.filter(isObject).find((entry) => entry.type === type);
  if (found !== undefined) return found;
  const made: ScimResource = { type };
  entries.push(made);
  return made;
}
