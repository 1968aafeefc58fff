import type { AuditTrail } from '@sparekey/audit';
import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { ScimConnection, ScimState } from './connection/model.ts';

export type NewScimConnection = Omit<ScimConnection, 'id' | 'version' | 'createdAt' | 'stateSince'>;

/** Connections of any kind; the secret of one is sealed at rest and never part of what the others return. */
export interface ScimConnectionRepository {
  /** In order of name. */
  list(realmId: RealmId): Promise<ScimConnection[]>;
  byName(realmId: RealmId, name: string): Promise<ScimConnection | undefined>;
  byId(realmId: RealmId, id: ScimConnectionId): Promise<ScimConnection | undefined>;
  /** Errors: `conflict` when the name is taken. */
  create(connection: NewScimConnection): Promise<ScimConnection>;
  /**
   * Writes name, organization, profile and settings over `version`. Errors: `conflict` when it is not that version any
   * more, or the name is taken.
   */
  update(connection: ScimConnection): Promise<ScimConnection>;
  /** Moves it to a state; false when it was in that state already, or is gone. */
  move(realmId: RealmId, id: ScimConnectionId, state: ScimState, reason?: string): Promise<boolean>;
  /** False when there was none. */
  remove(realmId: RealmId, id: ScimConnectionId): Promise<boolean>;
  /** What we prove ourselves with to the other side. */
  secret(realmId: RealmId, id: ScimConnectionId): Promise<string | undefined>;
  setSecret(realmId: RealmId, id: ScimConnectionId, secret: string): Promise<void>;
}

/** The repositories that managing connections needs, bound to one transaction. */
export interface ScimConnectionStores {
  scimConnections: ScimConnectionRepository;
  audit: AuditTrail;
}
