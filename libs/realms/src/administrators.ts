import { ADMIN_ROLE, MASTER_REALM } from './bootstrap.ts';
import type { Realm, UserClaims } from './model.ts';

/** Roles whose holders administer the realm: those its policy calls privileged, and `admin` in realm `master`. */
export function administratorRoles({ name, policy }: Pick<Realm, 'name' | 'policy'>): string[] {
  return [...new Set([...policy.recovery.privilegedRoles, ...(name === MASTER_REALM ? [ADMIN_ROLE] : [])])];
}

/** Whether somebody administers the realm, by a role of their own, of a group or within another role. */
export function isAdministrator(
  realm: Pick<Realm, 'name' | 'policy'>,
  claims: Pick<UserClaims, 'realmRoles' | 'clientRoles'> | undefined,
): boolean {
  const held = [...(claims?.realmRoles ?? []), ...Object.values(claims?.clientRoles ?? {}).flat()];
  return administratorRoles(realm).some((role) => held.includes(role));
}
