import { checkScimConnection, type ScimConnectionDraft } from './manage.ts';
import type { ScimConnection } from './model.ts';
import type { SettingsProblem } from './settings.ts';

/** A connection as a realm file holds it: without its secret, which is given to it after an import. */
export interface ScimConnectionFile {
  name: string;
  kind: ScimConnection['kind'];
  profile?: string | undefined;
  /** Alias */
  organization?: string | undefined;
  enabled?: boolean | undefined;
  settings?: Record<string, unknown> | undefined;
}

export type PlannedScimConnection = Omit<ScimConnectionDraft, 'organizationId'> & {
  organization?: string | undefined;
  enabled: boolean;
};

export function scimConnectionFromFile(file: ScimConnectionFile): {
  planned: PlannedScimConnection;
  problems: SettingsProblem[];
} {
  const { name, kind, profile = 'strict', organization, enabled = true, settings = {} } = file;
  const { problems } = checkScimConnection({ name, kind, profile, settings });
  const path = (at: string) => (at === 'name' || at === 'profile' ? at : ['settings', at].filter(Boolean).join('.'));
  return {
    planned: { name, kind, profile, organization, enabled, settings },
    problems: problems.map((problem) => ({ path: path(problem.path), why: problem.why })),
  };
}

export function scimConnectionToFile(connection: ScimConnection, organization: string | undefined): ScimConnectionFile {
  const { name, kind, profile, state, settings } = connection;
  return {
    name,
    kind,
    profile,
    ...(organization !== undefined && { organization }),
    ...(state === 'disabled' && { enabled: false }),
    settings,
  };
}
