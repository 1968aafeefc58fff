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

/** Takes away the value where the path leads, in place, and what holds nothing without it. */
export function removeAt(resource: ScimResource, path: AttributePath): void {
  const { extension, attribute, type, subAttribute } = path;
  const holder = extension === undefined ? resource : resource[extension];
  if (!isObject(holder)) return;
  const value = holder[attribute];
  if (subAttribute === undefined) delete holder[attribute];
  else if (type !== undefined && Array.isArray(value)) {
    const entry = value.filter(isObject).find((each) => each.type === type);
    if (entry !== undefined) delete entry[subAttribute];
    const left = value.filter(
      (each) => !isObject(each) || Object.keys(each).some((key) => key !== 'type' && key !== 'primary'),
    );
    if (left.length === 0) delete holder[attribute];
    else holder[attribute] = left;
  } else if (isObject(value)) {
    delete value[subAttribute];
    if (Object.keys(value).length === 0) delete holder[attribute];
  }
  if (extension !== undefined && Object.keys(holder).length === 0) delete resource[extension];
}

/** The value where the path leads; undefined when there is none. */
export function valueAt(
  resource: ScimResource,
  { extension, attribute, type, subAttribute }: AttributePath,
): Json | undefined {
  const holder = extension === undefined ? resource : resource[extension];
  const value = isObject(holder) && Object.hasOwn(holder, attribute) ? holder[attribute] : undefined;
  if (subAttribute === undefined) return value;
  const entry =
    type === undefined
      ? value
      : Array.isArray(value)
        ? value.filter(isObject).find((each) => each.type === type)
        : undefined;
  return isObject(entry) && Object.hasOwn(entry, subAttribute) ? entry[subAttribute] : undefined;
}
