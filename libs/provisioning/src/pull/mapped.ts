import { checkRequired, groupType, readResource, userType } from '@sparekey/scim';
import { desiredResource, referencesOf } from '../mapping/desired.ts';
import type { CheckedRule } from '../mapping/mapping.ts';
import { bodyOf, overlaid } from '../plan/overlay.ts';
import {
  canonical,
  isObject,
  type Json,
  membersOf,
  type ResourceKind,
  type ScimResource,
  withMembers,
} from '../plan/resource.ts';
import { accountMapping, type MappedAccount } from '../server/mapping/account.ts';
import type { PullContext } from './context.ts';

const typeOf = { user: userType, group: groupType } as const;

/** A resource of the other side, in the words of this one. */
export interface Mapped {
  /**
   * What is kept in step, canonical; of a group with its members by their ids here, of a person with `account`, which is no
   * attribute of SCIM.
   */
  decided: ScimResource;
  /** What is said when the resource comes to be here: all of `decided`, and more. */
  create: ScimResource;
  account: MappedAccount | undefined;
  /** Of a group: ids here, in order. */
  members: string[] | undefined;
  matches: { attribute: string; value: string }[];
  /** Ids there of whoever is referred to and not here yet. */
  waitsFor: string[];
}

/** Ids here by ids there. Two resources of different kinds may have the same id there. */
export type LocalIds = Readonly<Record<ResourceKind, ReadonlyMap<string, string>>>;

/** Ids there of whoever the resource refers to: to be looked up before it is mapped. Errors: EvaluationError. */
export function referredTo(kind: ResourceKind, rules: readonly CheckedRule[], remote: ScimResource): string[] {
  return kind === 'user' ? referencesOf(rules, { scim: remote }) : membersOf(remote);
}

/**
 * What a resource there says of one here, read as strictly as what a directory writes to us. Errors: EvaluationError;
 * ScimError for values that no resource can have.
 */
export function mapped(
  { rules }: Pick<PullContext, 'rules'>,
  kind: ResourceKind,
  remote: ScimResource,
  localIds: LocalIds,
): Mapped {
  const { always, create, matches, waitsFor } = desiredResource(
    rules[kind],
    { scim: remote },
    (reference) => localIds.user.get(reference),
    { singleValues: false },
  );
  const decided = read(kind, always);
  const first = read(kind, create);
  checkRequired(typeOf[kind], first);
  if (kind === 'user') {
    const account = rules.account.length === 0 ? undefined : accountMapping(rules.account)(remote);
    const whole =
      account === undefined ? decided : { ...decided, account: structuredClone(account) as unknown as Json };
    return { decided: canonical(whole), create: first, account, members: undefined, matches, waitsFor };
  }
  const found = membersHere(remote, localIds);
  return {
    decided: canonical(withMembers(decided, found.here)),
    create: first,
    account: undefined,
    members: found.here,
    matches,
    waitsFor: found.missing,
  };
}

const read = (kind: ResourceKind, resource: ScimResource): ScimResource =>
  structuredClone(readResource(typeOf[kind], bodyOf(kind, resource))) as ScimResource;

function membersHere(remote: ScimResource, localIds: LocalIds): { here: string[]; missing: string[] } {
  const groups = new Set<string>();
  for (const member of Array.isArray(remote.members) ? remote.members : []) {
    if (isObject(member) && member.type === 'Group' && typeof member.value === 'string') groups.add(member.value);
  }
  const [here, missing]: [string[], string[]] = [[], []];
  for (const id of membersOf(remote)) {
    const person = groups.has(id) ? undefined : localIds.user.get(id);
    const localId = person ?? localIds.group.get(id);
    if (localId === undefined) missing.push(id);
    else here.push(localId);
  }
  return { here, missing };
}

/** The document here with what the source decides over it; what it decided before and does not any more is gone. */
export function merged(
  kind: ResourceKind,
  current: ScimResource,
  decided: ScimResource,
  former: ScimResource,
): ScimResource {
  const whole = overlaid(kind, current, decided, former);
  const { schemas: _schemas, members: _members, externalId: _externalId, account: _account, ...data } = whole;
  return data;
}
