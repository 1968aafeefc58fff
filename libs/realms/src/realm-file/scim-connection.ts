import type { RealmFile, RealmFileInput } from '@sparekey/contracts';
import { type ScimConnection, scimConnectionFromFile, scimConnectionToFile } from '@sparekey/provisioning';
import type { Organization } from '../model.ts';
import type { Findings } from './findings.ts';
import { at, below } from './path.ts';
import type { PlannedConnection } from './plan.ts';

/** The connections of a file, every problem by its path. Those that need a secret wait for it after the import. */
export function scimConnectionsFromFile(file: RealmFile, findings: Findings): PlannedConnection[] {
  return (file.sparekey?.scimConnections ?? []).map((connection, index) => {
    const path = at('sparekey', 'scimConnections', index);
    const { planned, problems } = scimConnectionFromFile(connection);
    findings.problems.push(
      ...problems.map((problem) => ({ path: below(path, ...problem.path.split('.')), why: problem.why })),
    );
    if (planned.kind !== 'server' && planned.enabled) {
      findings.warnings.push({
        path,
        why: `${planned.name} is paused until \`scim connection update\` gives its secret`,
      });
    }
    return { ...planned, path };
  });
}

export function scimConnectionsToFile(
  connections: readonly ScimConnection[],
  organizations: readonly Organization[],
): NonNullable<RealmFileInput['sparekey']> {
  if (connections.length === 0) return {};
  const aliases = new Map<string, string>(organizations.map(({ id, alias }) => [id, alias]));
  return {
    scimConnections: connections.map((connection) =>
      scimConnectionToFile(connection, aliases.get(connection.organizationId ?? '')),
    ),
  };
}
