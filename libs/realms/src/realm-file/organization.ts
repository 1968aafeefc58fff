import type { OrganizationFile } from '@sparekey/contracts';
import { type PolicyOverride, readOverride } from '@sparekey/policy';
import type { Organization } from '../model.ts';
import type { Findings } from './findings.ts';
import { keptId } from './names.ts';
import { at, below } from './path.ts';
import type { PlannedOrganization } from './plan.ts';

/** What an organization of the file decides; every problem by its path. */
function overrideFromFile(organization: OrganizationFile, index: number, findings: Findings): PolicyOverride {
  const { value, problems } = readOverride(organization.sparekey?.policy ?? {});
  const path = at('organizations', index, 'sparekey', 'policy');
  findings.problems.push(
    ...problems.map((problem) => ({ path: below(path, ...problem.path.split('.')), why: problem.why })),
  );
  return value ?? {};
}

export function organizationFromFile(
  organization: OrganizationFile,
  index: number,
  findings: Findings,
): PlannedOrganization {
  const policy = overrideFromFile(organization, index, findings);
  return {
    ...(Object.keys(policy).length > 0 && { policy }),
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
    ...(organization.policy && { sparekey: { policy: organization.policy } }),
  };
}
