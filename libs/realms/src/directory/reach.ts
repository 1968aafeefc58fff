import type { ScimConnection, ScimReach } from '@sparekey/provisioning';
import { administratorRoles } from '../administrators.ts';
import type { Realm } from '../model.ts';
import type { OrganizationOverride } from '../ports.ts';

export interface ReachedRealm {
  readonly realm: Realm;
  /** What organizations decide beyond the realm. */
  readonly overrides: readonly OrganizationOverride[];
}

/**
 * What a directory reaches, be it that it writes to us or that we read it. Who administers is told by the policy that each
 * person is under: organizations may call further roles privileged. With `manageAdministrators` nobody is protected.
 */
export function reachOf(
  { realm, overrides }: ReachedRealm,
  { id, organizationId }: Pick<ScimConnection, 'id' | 'organizationId'>,
  { visibility, manageAdministrators }: { visibility: ScimReach['visibility']; manageAdministrators: boolean },
): ScimReach {
  const within = overrides.flatMap(({ id: ofOrganization, override }) => {
    const roles = override.recovery?.privilegedRoles ?? [];
    return roles.length === 0 ? [] : [{ organizationId: ofOrganization, roles }];
  });
  return {
    realmId: realm.id,
    connectionId: id,
    ...(organizationId === undefined ? {} : { organizationId }),
    visibility,
    protectedRoles: manageAdministrators ? [] : administratorRoles(realm),
    ...(manageAdministrators || within.length === 0 ? {} : { protectedInOrganizations: within }),
  };
}
