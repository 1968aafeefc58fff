import type { OrganizationFile } from '@sparekey/contracts';
import type { Organization } from '../model.ts';
import { keptId } from './names.ts';
import { at } from './path.ts';
import type { PlannedOrganization } from './plan.ts';

export function organizationFromFile(organization: OrganizationFile, index: number): PlannedOrganization {
  return {
    path: at('organizations', index),
    id: keptId(organization.id),
    name: organization.name,
    alias: organization.alias ?? organization.name,
    description: organization.description,
    enabled: organization.enabled ?? true,
    domains: (organization.domains ?? []).map(({ name, verified }) => ({
      name: name.trim().toLowerCase(),
      verified: verified ?? false,
    })),
    attributes: organization.attributes ?? {},
    members: (organization.members ?? []).map(({ username }) => username),
  };
}

export function organizationToFile(organization: Organization, members: readonly string[]): OrganizationFile {
  return {
    id: organization.id,
    name: organization.name,
    alias: organization.alias,
    description: organization.description,
    enabled: organization.enabled,
    domains: organization.domains.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    attributes: organization.attributes,
    members: members.toSorted().map((username) => ({ username })),
  };
}
