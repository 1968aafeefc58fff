import type { OrganizationId } from '@sparekey/contracts';
import type { UserClaims } from '@sparekey/realms';
import { toUser, type UserRow } from './user-row.ts';

/** What the SQL function user_claims(realm_id, user_id) gives; null when there is no such person. */
export interface UserClaimsJson {
  user: UserRow;
  realmRoles: string[];
  clientRoles: Record<string, string[]>;
  groups: string[];
  organizations: Record<string, OrganizationId>;
}

/**
 * For statements that select `user_claims(realm_id, user_id)` along with something else, so that a token and the claims
 * of its person cost one look-up.
 */
export function toUserClaims(claims: UserClaimsJson): UserClaims {
  return { ...claims, user: toUser(claims.user) };
}
