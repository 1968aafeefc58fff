import { applyChanges, type Change } from './diff.ts';
import { isExtension, type Json, type ScimResource } from './resource.ts';
import type { TargetTraits } from './traits.ts';

export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: Json;
}

/** One PATCH, and what the other side holds once it was accepted. */
export interface PatchStep {
  operations: PatchOperation[];
  after: ScimResource;
}

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const patchBody = (operations: readonly PatchOperation[]) => ({
  schemas: [patchSchema],
  Operations: operations.map((operation) => ({ ...operation })),
});

/** RFC 7644 §3.10: an extension's attribute follows its URN after a colon, a sub-attribute after a dot. */
export function pathText([name = '', inner]: readonly string[]): string {
  if (inner === undefined) return name;
  return `${name}${isExtension(name) ? ':' : '.'}${inner}`;
}

/** What one PATCH takes: the traits of a target, and the operations that it takes of such a resource. */
export type PatchLimits = Pick<TargetTraits, 'maxMembers' | 'memberRemoval' | 'externalIdBy'> & {
  maxOperations: number;
};

/** Small parts that stay whole; the members of one are limited by the caller. */
function parts(changes: readonly Change[], { maxMembers, memberRemoval }: PatchLimits): Change[] {
  const chunk = (ids: readonly string[], size: number) =>
    Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ids.slice(index * size, (index + 1) * size));
  return changes.flatMap((change): Change[] => {
    if (change.kind !== 'members') return [change];
    // One operation each with a filter, one for all with values.
    const removedAtOnce = memberRemoval === 'filter' ? 1 : maxMembers;
    return [
      ...chunk(change.remove, removedAtOnce).map((remove) => ({ kind: 'members', add: [], remove }) as const),
      ...chunk(change.add, maxMembers).map((add) => ({ kind: 'members', add, remove: [] }) as const),
    ];
  });
}

function operationsOf(change: Change, { memberRemoval, externalIdBy }: PatchLimits): PatchOperation[] {
  if (change.kind === 'set') {
    const path = pathText(change.path);
    return [{ op: path === 'externalId' ? externalIdBy : 'replace', path, value: change.value }];
  }
  if (change.kind === 'unset') return [{ op: 'remove', path: pathText(change.path) }];
  const values = (ids: readonly string[]) => ids.map((value) => ({ value }));
  const removals: PatchOperation[] =
    memberRemoval === 'value' && change.remove.length > 0
      ? [{ op: 'remove', path: 'members', value: values(change.remove) }]
      : change.remove.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }));
  return change.add.length === 0 ? removals : [...removals, { op: 'add', path: 'members', value: values(change.add) }];
}

const memberCount = (change: Change): number =>
  change.kind === 'members' ? change.add.length + change.remove.length : 0;

/**
 * The PATCH requests that make these changes, in order, none beyond what the target takes at a time. After each stands
 * what it leaves, so that a run that is cut short goes on where it was.
 */
export function patchSteps(before: ScimResource, changes: readonly Change[], limits: PatchLimits): PatchStep[] {
  const steps: PatchStep[] = [];
  let [operations, members, after]: [PatchOperation[], number, ScimResource] = [[], 0, before];
  for (const part of parts(changes, limits)) {
    const more = operationsOf(part, limits);
    const full =
      operations.length + more.length > limits.maxOperations || members + memberCount(part) > limits.maxMembers;
    if (full && operations.length > 0) {
      steps.push({ operations, after });
      [operations, members] = [[], 0];
    }
    operations = [...operations, ...more];
    members += memberCount(part);
    after = applyChanges(after, [part]);
  }
  return operations.length === 0 ? steps : [...steps, { operations, after }];
}
