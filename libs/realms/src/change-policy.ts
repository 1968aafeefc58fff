import type { Actor } from '@sparekey/audit';
import { AppError } from '@sparekey/contracts';
import { type PolicyChange, type PolicyProblem, policyChanges, readOverride, readPolicy } from '@sparekey/policy';
import type { Organization, Realm } from './model.ts';
import type { RealmStores } from './ports.ts';

/** A policy that cannot be taken as it stands; nothing was written. `problems` lists all of them, by path. */
export class PolicyError extends AppError {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    const list = problems.map(({ path, why }) => `  ${path === '' ? '(policy)' : path}: ${why}`).join('\n');
    super('validation_failed', `The policy cannot be changed so:\n${list}`);
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

export interface PolicyRevision {
  /** What the policy becomes, made from what it is: the realm's whole policy, or what the organization decides. */
  revise(present: unknown): { tree: unknown; problems: readonly PolicyProblem[] };
  /** The version that was looked at, if the caller knows one. */
  basedOn?: number | undefined;
  actor: Extract<Actor, { kind: 'operator' | 'user' }>;
}

/** What a revision did; without changes nothing was written, and the version is the present one. */
export interface RevisedPolicy {
  version: number;
  changes: PolicyChange[];
}

/**
 * Changes the policy of a realm, or what one of its organizations decides: read whole, with a version, the difference
 * and an audit event. Call it in a transaction. Errors: PolicyError; `conflict` when `basedOn` is not the present
 * version, or another change was made meanwhile.
 */
export async function changePolicy(
  stores: Pick<RealmStores, 'realms' | 'organizations' | 'policies' | 'audit'>,
  { id: realmId }: Pick<Realm, 'id'>,
  organization: Pick<Organization, 'id'> | undefined,
  { revise, basedOn, actor }: PolicyRevision,
): Promise<RevisedPolicy> {
  // Before the policy: what another change wrote after this is met by its version.
  const present = await stores.policies.version(realmId, organization?.id);
  if (basedOn !== undefined && basedOn !== present) {
    throw new AppError('conflict', `The policy is at version ${present}, not ${basedOn}: look at it again first`);
  }
  const before = organization
    ? ((await stores.organizations.list(realmId)).find(({ id }) => id === organization.id)?.policy ?? {})
    : (await stores.realms.byId(realmId))?.policy;
  const { tree, problems } = revise(before);
  const read = organization ? readOverride(tree) : readPolicy(tree);
  if (problems.length > 0 || read.value === undefined) throw new PolicyError([...problems, ...read.problems]);

  const changes = policyChanges(before, read.value);
  if (changes.length === 0) return { version: present, changes };
  const version = present + 1;
  const changedBy = actor.kind === 'operator' ? actor.name : actor.id;
  await stores.policies.save({
    realmId,
    ...(organization && { organizationId: organization.id }),
    policy: read.value,
    version,
    changes,
    changedBy,
  });
  await stores.audit.append({
    type: 'policy.changed',
    realmId,
    ...(organization && { organizationId: organization.id }),
    actor,
    outcome: 'success',
    detail: { version, settings: changes.map(({ path }) => path).join(' ') },
  });
  return { version, changes };
}
