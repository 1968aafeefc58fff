import type { OrganizationId, RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { ScimSettings } from './settings.ts';

/** `server`: a directory writes to us. `target`: we write to a directory. `source`: we read one. */
export const scimKinds = ['server', 'target', 'source'] as const;
export type ScimKind = (typeof scimKinds)[number];

const spoken = ['strict', 'entra', 'okta', 'jumpcloud', 'google', 'generic'] as const;

/** Whose ways the other side has, by kind. */
export const scimProfiles = {
  server: spoken,
  target: [...spoken, 'aws', 'keycloak', 'google_cloud'],
  // AWS lists fifty people and Google none without a filter: these cannot be read.
  source: [...spoken, 'keycloak'],
} as const satisfies Record<ScimKind, readonly string[]>;
export type ScimProfile = (typeof scimProfiles)[ScimKind][number];

/**
 * `active` works. `paused` by an operator, or because something is still missing. `quarantined` by us, because the other
 * side refuses too much. `disabled` is as good as absent: nothing is kept for it meanwhile.
 */
export const scimStates = ['active', 'paused', 'quarantined', 'disabled'] as const;
export type ScimState = (typeof scimStates)[number];

/** One directory that a realm, or an organization of it, is connected with. Its secret is read apart. */
export interface ScimConnection<K extends ScimKind = ScimKind> {
  id: ScimConnectionId;
  realmId: RealmId;
  /** Up to 63 of a-z 0-9 -, unique in the realm; it stands in URLs. */
  name: string;
  organizationId?: OrganizationId;
  kind: K;
  profile: ScimProfile;
  state: ScimState;
  /** Why it is not active. */
  stateReason?: string;
  stateSince: Date;
  settings: ScimSettings[K];
  /** Grows by one with every change but that of the state. */
  version: number;
  createdAt: Date;
}

export const scimNamePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function isOfKind<K extends ScimKind, C extends Pick<ScimConnection, 'kind' | 'settings'>>(
  connection: C,
  kind: K,
): connection is C & { kind: K; settings: ScimSettings[K] } {
  return connection.kind === kind;
}
