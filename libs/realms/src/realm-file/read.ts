import { type RealmFile, realmFileSchema } from '@sparekey/contracts';
import { clientFromFile } from './client.ts';
import { type Findings, noFindings } from './findings.ts';
import { groupsFromFile } from './group.ts';
import { keptId } from './names.ts';
import { organizationFromFile } from './organization.ts';
import { at } from './path.ts';
import type { PlannedUser, RealmPlan } from './plan.ts';
import { policyFromFile } from './policy.ts';
import { clashes, resolveReferences } from './references.ts';
import type { Finding } from './report.ts';
import { rolesFromFile } from './role.ts';
import { scimConnectionsFromFile } from './scim-connection.ts';
import { unknownKeys } from './unknown-keys.ts';
import { userFromFile } from './user.ts';

/** A file as it was understood. The plan is there exactly when there are no problems. */
export interface RealmFileReading extends Findings {
  /** Name of the realm, as far as it could be read. */
  realm: string | undefined;
  plan: RealmPlan | undefined;
}

/** Keycloak reads null as absent. Text that PostgreSQL cannot hold is a problem; it is found wherever it stands. */
function withoutNulls(value: unknown, steps: readonly PropertyKey[], problems: Finding[]): unknown {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    problems.push({ path: at(...steps), why: 'holds U+0000 or half of a surrogate pair' });
  }
  if (Array.isArray(value)) return value.map((inner, index) => withoutNulls(inner, [...steps, index], problems));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner, [...steps, key], problems)]),
  );
}

/** Keycloak makes the account of a client that may sign in as itself; so does an import that does not bring it. */
function missingServiceAccounts(plan: Pick<RealmPlan, 'clients' | 'users'>): PlannedUser[] {
  const present = new Set(plan.users.flatMap((user) => user.serviceAccountOf ?? []));
  return plan.clients
    .filter((client) => client.serviceAccount && !present.has(client.clientId))
    .map((client) => ({
      path: client.path,
      username: `service-account-${client.clientId.toLowerCase()}`,
      emailVerified: false,
      phoneNumberVerified: false,
      enabled: true,
      attributes: {},
      requiredActions: [],
      serviceAccountOf: client.clientId,
      totp: [],
      roles: [],
      groups: [],
    }));
}

function planOf(file: RealmFile, findings: Findings): RealmPlan | undefined {
  const policy = policyFromFile(file, findings);
  const clients = (file.clients ?? []).map((client, index) => clientFromFile(file, index, client, findings));
  const users = (file.users ?? []).map((user, index) => userFromFile(user, index, findings));
  if (file.id !== undefined && keptId(file.id) === undefined && file.id !== file.realm) {
    findings.warnings.push({ path: 'id', why: 'not a UUID; the realm gets a new one' });
  }
  for (const { id, path } of (file.users ?? []).map((user, index) => ({
    id: user.id,
    path: at('users', index, 'id'),
  }))) {
    if (id !== undefined && keptId(id) === undefined) {
      findings.warnings.push({ path, why: 'not a UUID; the person gets a new one, and with it a new sub in tokens' });
    }
  }
  if (policy === undefined) return undefined;
  return {
    realm: {
      id: keptId(file.id),
      name: file.realm,
      displayName: file.displayName,
      enabled: file.enabled ?? true,
      policy,
      attributes: file.attributes ?? {},
    },
    clients,
    roles: rolesFromFile(file),
    groups: groupsFromFile(file.groups ?? []),
    users: [...users, ...missingServiceAccounts({ clients, users })],
    organizations: (file.organizations ?? []).map((organization, index) =>
      organizationFromFile(organization, index, findings),
    ),
    scimConnections: scimConnectionsFromFile(file, findings),
  };
}

/**
 * Reads a realm file into a plan, and tells of it everything that is wrong, not supported or worth a warning. Pure:
 * touches no database, hashes nothing.
 */
export function readRealmFile(input: unknown): RealmFileReading {
  const findings = noFindings();
  const raw = withoutNulls(input, [], findings.problems);
  const parsed = realmFileSchema.safeParse(raw);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
      for (const key of keys) findings.problems.push({ path: at(...issue.path, key), why: 'there is no such setting' });
      if (keys.length === 0) findings.problems.push({ path: at(...issue.path), why: issue.message });
    }
    const name = (raw as { realm?: unknown } | undefined)?.realm;
    return { ...findings, realm: typeof name === 'string' ? name : undefined, plan: undefined };
  }
  findings.unsupported.push(...unknownKeys(raw));
  const plan = planOf(parsed.data, findings);
  if (plan !== undefined) {
    findings.problems.push(...clashes(plan));
    resolveReferences(plan, findings);
  }
  return { ...findings, realm: parsed.data.realm, plan: findings.problems.length === 0 ? plan : undefined };
}
