import type { Actor } from '@sparekey/audit';
import { AppError, type OrganizationId, type RealmId } from '@sparekey/contracts';
import type { ScimConnectionStores } from '../ports.ts';
import { type ScimConnection, type ScimKind, type ScimState, scimNamePattern, scimProfiles } from './model.ts';
import { readScimSettings, type SettingsProblem } from './settings.ts';

/** A connection that cannot be as it was asked for; nothing was written. `problems` lists all of them, by path. */
export class ScimConnectionError extends AppError {
  readonly problems: readonly SettingsProblem[];

  constructor(name: string, problems: readonly SettingsProblem[]) {
    const list = problems.map(({ path, why }) => `  ${path === '' ? '(settings)' : path}: ${why}`).join('\n');
    super('validation_failed', `The connection ${name} cannot be so:\n${list}`);
    this.name = 'ScimConnectionError';
    this.problems = problems;
  }
}

export interface ScimConnectionDraft {
  name: string;
  kind: ScimKind;
  profile: string;
  organizationId?: OrganizationId | undefined;
  settings: unknown;
}

type Checked = Pick<ScimConnection, 'name' | 'kind' | 'profile' | 'settings'>;

/** Everything that is wrong with a draft, by path; checked without a database. */
export function checkScimConnection(draft: ScimConnectionDraft): {
  value: Checked | undefined;
  problems: SettingsProblem[];
} {
  const { name, kind, profile: wanted } = draft;
  const { value: settings, problems } = readScimSettings(kind, draft.settings);
  if (!scimNamePattern.test(name)) problems.push({ path: 'name', why: 'up to 63 of a-z 0-9 -, no - at either end' });
  const profile = scimProfiles[kind].find((each) => each === wanted);
  if (profile === undefined) {
    problems.push({ path: 'profile', why: `a ${kind} takes one of ${scimProfiles[kind].join(', ')}` });
  }
  if (settings === undefined || profile === undefined || problems.length > 0) return { value: undefined, problems };
  return { value: { name, kind, profile, settings }, problems };
}

function checked(draft: ScimConnectionDraft): Checked {
  const { value, problems } = checkScimConnection(draft);
  if (value === undefined) throw new ScimConnectionError(draft.name, problems);
  return value;
}

/** What a connection without a secret waits for. */
export const noSecret = 'its secret is missing';

function told(connection: ScimConnection, actor: Actor) {
  const { realmId, organizationId, name, kind, profile } = connection;
  return {
    realmId,
    ...(organizationId && { organizationId }),
    actor,
    outcome: 'success',
    detail: { connection: name, kind, profile },
  } as const;
}

/**
 * Adds a connection. A target or source without a secret is paused until it has one. Call it in a transaction. Errors:
 * ScimConnectionError; `conflict` when the name is taken.
 */
export async function addScimConnection(
  stores: ScimConnectionStores,
  realmId: RealmId,
  draft: ScimConnectionDraft & { secret?: string | undefined },
  actor: Actor,
): Promise<ScimConnection> {
  const waits = draft.kind !== 'server' && draft.secret === undefined;
  const connection = await stores.scimConnections.create({
    ...checked(draft),
    realmId,
    ...(draft.organizationId && { organizationId: draft.organizationId }),
    state: waits ? 'paused' : 'active',
    ...(waits && { stateReason: noSecret }),
  });
  if (draft.secret !== undefined) await stores.scimConnections.setSecret(realmId, connection.id, draft.secret);
  await stores.audit.append({ ...told(connection, actor), type: 'scim_connection.created' });
  return connection;
}

export interface ScimConnectionChange {
  name?: string | undefined;
  profile?: string | undefined;
  /** All of them, in place of the present ones. */
  settings?: unknown;
  secret?: string | undefined;
}

/**
 * Changes a connection as it was read. A secret given to one that waits for it makes it active. Call it in a transaction.
 * Errors: ScimConnectionError; `conflict` when it was changed meanwhile, or the name is taken.
 */
export async function changeScimConnection(
  stores: ScimConnectionStores,
  before: ScimConnection,
  change: ScimConnectionChange,
  actor: Actor,
): Promise<ScimConnection> {
  const { kind, name, profile, settings } = before;
  const draft = {
    kind,
    name: change.name ?? name,
    profile: change.profile ?? profile,
    settings: change.settings ?? settings,
  };
  const after = await stores.scimConnections.update({ ...before, ...checked(draft) });
  const fields = (['name', 'profile', 'settings'] as const).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  if (change.secret !== undefined) {
    await stores.scimConnections.setSecret(before.realmId, before.id, change.secret);
    if (before.state === 'paused' && before.stateReason === noSecret) {
      await stores.scimConnections.move(before.realmId, before.id, 'active');
    }
  }
  const changed = [...fields, ...(change.secret === undefined ? [] : ['secret'])].join(' ');
  const event = told(after, actor);
  await stores.audit.append({
    ...event,
    type: 'scim_connection.changed',
    detail: { ...event.detail, fields: changed },
  });
  return after;
}

/** Moves a connection to a state, with the reason told to the trail; false when it was there already. */
export async function moveScimConnection(
  stores: ScimConnectionStores,
  connection: ScimConnection,
  state: ScimState,
  { reason, actor }: { reason?: string; actor: Actor },
): Promise<boolean> {
  const { realmId, id } = connection;
  const moved = await stores.scimConnections.move(realmId, id, state, reason);
  if (!moved) return false;
  const event = told(connection, actor);
  await stores.audit.append({
    ...event,
    ...(reason !== undefined && { reason }),
    type: state === 'quarantined' ? 'scim_connection.quarantined' : 'scim_connection.moved',
    detail: { ...event.detail, state },
  });
  return true;
}

/** Removes a connection with everything kept for it; what it wrote, here or there, stays. */
export async function removeScimConnection(
  stores: ScimConnectionStores,
  connection: ScimConnection,
  actor: Actor,
): Promise<void> {
  if (!(await stores.scimConnections.remove(connection.realmId, connection.id))) {
    throw new AppError('not_found', `There is no connection ${connection.name} any more`);
  }
  await stores.audit.append({ ...told(connection, actor), type: 'scim_connection.removed' });
}
