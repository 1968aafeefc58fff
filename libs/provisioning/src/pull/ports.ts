import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { JsonObject } from '@sparekey/scim';
import type { ScimConnection } from '../connection/model.ts';
import type { ResourceKind } from '../plan/resource.ts';
import type { ScimRecord } from '../server/ports.ts';
import type { ScimLink, Subject } from '../work/ports.ts';

/** A person or group as a source wants it: members by their ids here, in order. */
export interface PulledResource {
  externalId?: string;
  data: JsonObject;
  /** Of a group; undefined leaves them as they are. */
  members?: readonly string[];
}

/**
 * Where people and groups are written, as one source reaches them: the same door as that of the SCIM server, so that
 * administrators and what another connection owns are not there. Every method that writes is one transaction, with its
 * audit events. Errors of these: ScimError for what the realm refuses.
 */
export interface PullDoor {
  /** Undefined when there is nobody of this id in reach. */
  read(subject: Subject): Promise<ScimRecord | undefined>;
  /** Whether there is somebody of this id at all, in reach or not. */
  exists(subject: Subject): Promise<boolean>;
  /** Whoever in reach has this value; two when it is not unique. */
  having(kind: ResourceKind, attribute: string, value: string): Promise<ScimRecord[]>;
  create(kind: ResourceKind, wanted: PulledResource): Promise<ScimRecord>;
  /** Locks, and writes what `decide` says of what is there then; `undefined` writes nothing. Returns what is there after. */
  change(subject: Subject, decide: (record: ScimRecord) => PulledResource | undefined): Promise<ScimRecord | undefined>;
}

/** Where the readings of a source stand. */
export interface PullState {
  /** Greatest `meta.lastModified` that a whole reading met, in the clock of the other side. */
  watermark: Date | undefined;
  pulledAt: Date | undefined;
  pulledFullAt: Date | undefined;
  /** Version of the connection that was read as a whole last. */
  reconciledVersion: number;
}

export interface Leaving extends Subject {
  allowed: boolean;
}

/** What readings of sources remember; safe beside other workers by their lease. */
export interface PullStore {
  /** Sources that are to be read, or have something to do that was allowed. */
  due(): Promise<{ realmId: RealmId; connectionId: ScimConnectionId }[]>;
  /** A lease for one reading; undefined while somebody else has it. */
  lease(connection: ScimConnection, seconds: number): Promise<string | undefined>;
  /** False when it was lost. */
  renew(connection: ScimConnection, lease: string, seconds: number): Promise<boolean>;
  release(connection: ScimConnection, lease: string): Promise<void>;
  state(connection: ScimConnection): Promise<PullState>;
  /** A reading is over; one of the whole tells the version it was made under. */
  pulled(connection: ScimConnection, reading: { full: boolean; watermark: Date | undefined }): Promise<void>;
  /** Remembers who was met; returns how many were met in this run by now. */
  see(connection: ScimConnection, runId: string, kind: ResourceKind, remoteIds: readonly string[]): Promise<number>;
  /** Active links that the run did not meet. */
  unseen(connection: ScimConnection, runId: string, limit: number): Promise<ScimLink[]>;
  forgetSeen(connection: ScimConnection, runId: string): Promise<void>;
  /** Of these remote ids, those that a target of the same address holds of ours: they are not read back. */
  writtenByUs(connection: ScimConnection, kind: ResourceKind, remoteIds: readonly string[]): Promise<Set<string>>;
  /** Links that wait for somebody who has come. */
  waiting(connection: ScimConnection, limit: number): Promise<ScimLink[]>;
  /** Somebody is to be disabled: counted, and done at the end of the reading. */
  leave(connection: ScimConnection, subjects: readonly Subject[]): Promise<void>;
  leaving(connection: ScimConnection, limit: number, allowedOnly: boolean): Promise<Leaving[]>;
  /** Holds everyone who is leaving and not allowed to; returns how many. */
  stage(connection: ScimConnection, why: string): Promise<number>;
  /** They do not leave, or have left; what is asked about them stays. */
  settled(connection: ScimConnection, subjects: readonly Subject[]): Promise<void>;
  /** Asks whether this person or group may be adopted; true when it was allowed. */
  mayAdopt(connection: ScimConnection, subject: Subject, why: string): Promise<boolean>;
  /** Links that are active and how many are leaving, those who left in the last hour unasked counted in both. */
  departures(connection: ScimConnection): Promise<{ known: number; wanted: number }>;
}
