import type { IncomingMessage } from 'node:http';
import type { UserId } from '@sparekey/contracts';
import { effectivePolicy, type Policy, type Requirement, secondFactorRequirement } from '@sparekey/policy';
import type { UserClaims } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { ServedRealm } from '../realms/cache.ts';

/** The policy of one person, and why they must hold a second factor (undefined: they need not). */
export interface PersonPolicy {
  policy: Policy;
  requirement: Requirement | undefined;
}

/** Most combinations of organizations that are kept for a realm. */
const MOST_COMBINATIONS = 1000;

const merged = new WeakMap<ServedRealm, Map<string, Policy>>();

/** Merged once for each combination of organizations, as long as the realm stays as it is. */
function policyUnder(realm: ServedRealm, organizations: UserClaims['organizations']): Policy {
  const ids = new Set<string>(Object.values(organizations));
  const deciding = realm.overrides.filter(({ id }) => ids.has(id));
  if (deciding.length === 0) return realm.realm.policy;
  const known = merged.get(realm) ?? new Map<string, Policy>();
  merged.set(realm, known);
  const key = deciding.map(({ id }) => id).join(' ');
  let policy = known.get(key);
  if (policy === undefined) {
    policy = effectivePolicy(
      realm.realm.policy,
      deciding.map(({ alias, override }) => ({ name: alias, override })),
    ).policy;
    if (known.size >= MOST_COMBINATIONS) known.clear();
    known.set(key, policy);
  }
  return policy;
}

/** The policy of a person whose roles and organizations are known. */
export function policyOf(
  realm: ServedRealm,
  { organizations, realmRoles }: Pick<UserClaims, 'organizations' | 'realmRoles'>,
): PersonPolicy {
  const policy = policyUnder(realm, organizations);
  return { policy, requirement: secondFactorRequirement(policy, realmRoles) };
}

/** Whether the policy of this realm depends on who is under it; where not, nobody's roles need to be read. */
const isPersonal = ({ realm, overrides }: ServedRealm): boolean =>
  overrides.length > 0 || realm.policy.secondFactor.requiredForRoles.length > 0;

const looked = new WeakMap<IncomingMessage, Map<string, Promise<PersonPolicy>>>();

/**
 * The policy that a person is under, the realm's for nobody: one statement a request at most, and none in a realm
 * where neither organizations nor roles make a difference.
 */
export function policyFor(
  stores: Pick<Stores, 'users'>,
  { ctx, realm }: { ctx: { req: IncomingMessage }; realm: ServedRealm },
  userId: UserId | undefined,
): Promise<PersonPolicy> {
  const nobody = { organizations: {}, realmRoles: [] };
  if (userId === undefined || !isPersonal(realm)) return Promise.resolve(policyOf(realm, nobody));
  const known = looked.get(ctx.req) ?? new Map<string, Promise<PersonPolicy>>();
  looked.set(ctx.req, known);
  let policy = known.get(userId);
  if (policy === undefined) {
    policy = stores.users.claims(realm.realm.id, userId).then((claims) => policyOf(realm, claims ?? nobody));
    known.set(userId, policy);
  }
  return policy;
}
