import { type Change, diff } from './diff.ts';
import { isObject, type Json, type ScimResource } from './resource.ts';

/** One attribute, or sub-attribute, that two resources do not have in common. Members stand one by one, by their id. */
export interface ChangeRow {
  /** Such as `name.givenName`. */
  attribute: string;
  before?: Json;
  after?: Json;
}

/** What leads from one resource to another, for somebody who looks at it. */
export const changeRows = (before: ScimResource, after: ScimResource): ChangeRow[] =>
  diff(before, after).flatMap((change) => rowsOf(change, before));

function rowsOf(change: Change, held: ScimResource): ChangeRow[] {
  if (change.kind === 'members') {
    return [
      ...change.remove.map((before) => ({ attribute: 'members', before })),
      ...change.add.map((after) => ({ attribute: 'members', after })),
    ];
  }
  const [name = '', inner] = change.path;
  const outer = held[name];
  const before = inner === undefined ? outer : isObject(outer) ? outer[inner] : undefined;
  const attribute = name.startsWith('urn:') ? change.path.join(':') : change.path.join('.');
  return [
    { attribute, ...(before !== undefined && { before }), ...(change.kind === 'set' && { after: change.value }) },
  ];
}
