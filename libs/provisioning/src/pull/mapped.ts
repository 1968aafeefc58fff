import { groupType, readResource, userType } from '@sparekey/scim';
import { desiredResource, referencesOf } from '../mapping/desired.ts';
import type { CheckedRule } from '../mapping/mapping.ts';
import { bodyOf, overlaid } from '../plan/overlay.ts';
import { membersOf, type ResourceKind, type ScimResource } from '../plan/resource.ts';

export const typeOf = { user: userType, group: groupType } as const;

/** A resource of the other side, in the words of this one. */
export interface Mapped {
  /** What is kept in step. */
  always: ScimResource;
  /** What is said when the resource comes to be here: all of `always`, and more. */
  create: ScimResource;
  matches: { attribute: string; value: string }[];
  /** Ids there of people who are referred to and not here yet. */
  waitsFor: string[];
}

/** Ids there of whoever the resource refers to: to be looked up before it is mapped. Errors: EvaluationError. */
export function referredTo(kind: ResourceKind, rules: readonly CheckedRule[], remote: ScimResource): string[] {
  return kind === 'user' ? referencesOf(rules, { scim: remote }) : membersOf(remote);
}

/**
 * What a resource there says of one here, read as strictly as what a directory writes to us. Errors: EvaluationError;
 * ScimError for values that no resource can have.
 */
export function mapped(
  kind: ResourceKind,
  rules: readonly CheckedRule[],
  remote: ScimResource,
  localIds: ReadonlyMap<string, string>,
): Mapped {
  const { always, create, matches, waitsFor } = desiredResource(
    rules,
    { scim: remote },
    (reference) => localIds.get(reference),
    { singleValues: false },
  );
  return { always: read(kind, always), create: read(kind, create), matches, waitsFor };
}

const read = (kind: ResourceKind, resource: ScimResource): ScimResource =>
  structuredClone(readResource(typeOf[kind], bodyOf(kind, resource))) as ScimResource;

/** The document here with what the source decides over it; what it decided before and does not any more is gone. */
export function merged(
  kind: ResourceKind,
  current: ScimResource,
  decided: ScimResource,
  former: ScimResource,
): ScimResource {
  const whole = overlaid(kind, current, decided, former);
  const { schemas: _schemas, members: _members, externalId: _externalId, ...data } = whole;
  return data;
}
