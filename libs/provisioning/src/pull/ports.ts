import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { JsonObject } from '@sparekey/scim';
import type { FailureClass } from '../answer/classify.ts';
import type { ScimConnection } from '../connection/model.ts';
import type { ResourceKind } from '../plan/resource.ts';
import type { MappedAccount } from '../server/mapping/account.ts';
import type { ScimRecord } from '../server/ports.ts';
import type { LinkStore, ScimJournal, ScimLink, Subject } from '../work/ports.ts';

/** A person or group as a source wants it. */
export interface PulledResource {
  externalId?: string;
  data: JsonObject;
  /** Of a person: what the source decides of the account that no attribute of SCIM holds. */
  account?: MappedAccount;
  /** Of a group, by their ids here: whoever is out of reach does not come, and everybody else stays as they are. */
  members?: { add: readonly string[]; remove: readonly string[] };
}

/**
 * One transaction in which a source writes: the person or group, the link, what is told of it, and what was asked about it
 * come to be together or not at all. People and groups are written by the same door as that of the SCIM server, so that
 * administrators and what another connection owns are not there.
 */
export interface PullTransaction {
  readonly links: LinkStore;
  readonly pulls: PullStore;
  readonly journal: ScimJournal;
  /** Locked until the transaction ends; undefined when there is nobody of this id in reach. */
  find(subject: Subject): Promise<ScimRecord | undefined>;
  /** Errors: ScimError for what the realm refuses, 409 when a name is taken. */
  create(kind: ResourceKind, wanted: PulledResource): Promise<ScimRecord>;
  /** `record` comes from `find`. Returns it as it is then. Errors: as `create`. */
  change(kind: ResourceKind, record: ScimRecord, wanted: PulledResource): Promise<ScimRecord>;
}

export interface PullDoor {
  /** A rejection of `work` rolls back and is passed on. */
  transaction<T>(work: (transaction: PullTransaction) => Promise<T>): Promise<T>;
}

/** Where the readings of a source stand. */
export interface PullState {
  /** Greatest `meta.lastModified` that a reading met, in the clock of the other side. */
  watermark: Date | undefined;
  pulledAt: Date | undefined;
  pulledFullAt: Date | undefined;
  /** Version of the connection that was read as a whole last. */
  reconciledVersion: number;
}

/** Somebody who is to lose what a source gave, or whom an operator allowed to be taken over. */
export interface Waiting extends Subject {
  allowed: boolean;
  /** Of an adoption: who of the other side is to become this one. */
  adoptionOf: string | undefined;
}

/** Whose turn it is to read which source; safe beside other workers by the lease. */
export interface PullTurns {
  /** Sources that are to be read, or have something to do that was allowed. */
  due(): Promise<{ realmId: RealmId; connectionId: ScimConnectionId }[]>;
  /** A lease for one reading; undefined while somebody else has it. */
  lease(connection: ScimConnection, seconds: number): Promise<string | undefined>;
  /** False when it was lost, or the connection is not to be read any more. */
  renew(connection: ScimConnection, lease: string, seconds: number): Promise<boolean>;
  release(connection: ScimConnection, lease: string): Promise<void>;
  state(connection: ScimConnection): Promise<PullState>;
  /** A reading is over; one of the whole tells the version it was made under. */
  pulled(connection: ScimConnection, reading: { full: boolean; watermark: Date | undefined }): Promise<void>;
}

/** Who is who on both sides, and whom a reading met. */
export interface PullMet {
  /** Ids here of whoever is linked with these ids there. */
  localIds(connection: ScimConnection, kind: ResourceKind, remoteIds: readonly string[]): Promise<Map<string, string>>;
  /** Versions of what this connection owns. */
  versions(connection: ScimConnection, kind: ResourceKind, localIds: readonly string[]): Promise<Map<string, number>>;
  /** Whether there is somebody of this id at all, in reach or not. */
  exists(connection: ScimConnection, subject: Subject): Promise<boolean>;
  /** Ids of whoever has this value and is owned by nobody else, two at most. */
  having(connection: ScimConnection, kind: ResourceKind, attribute: string, value: string): Promise<string[]>;
  /** Of these remote ids, those that a target of the same address holds of ours: they are not read back. */
  writtenByUs(connection: ScimConnection, kind: ResourceKind, remoteIds: readonly string[]): Promise<Set<string>>;
  /** Links that wait for somebody who has come, after this one in order. */
  waiting(connection: ScimConnection, after: Subject | undefined, limit: number): Promise<ScimLink[]>;
  /** Remembers who was met; returns how many of them were not met in this run before. */
  see(connection: ScimConnection, runId: string, kind: ResourceKind, remoteIds: readonly string[]): Promise<number>;
  /** How many were met in this run. */
  seen(connection: ScimConnection, runId: string, kind: ResourceKind): Promise<number>;
  /** How many of a kind are linked and not disabled. */
  activeLinks(connection: ScimConnection, kind: ResourceKind): Promise<number>;
  /** Forgets whom the run met. */
  forgetSeen(connection: ScimConnection, runId: string): Promise<void>;
  /** Has the database look again at the tables that a reading fills, so that it plans for what is in them. */
  takeStatistics(): Promise<void>;
}

/** Who leaves a source, and who waits for an operator. People and groups are written elsewhere. */
export interface PullLeaving {
  /** Whoever is linked and active, and was not met by the run, leaves. */
  leaveUnseen(connection: ScimConnection, runId: string, kind: ResourceKind): Promise<void>;
  /** They are to be disabled: counted, and done at the end of the reading. */
  leave(connection: ScimConnection, subjects: readonly Subject[]): Promise<void>;
  /** Who leaves or was allowed something, and is not held, after this one in order. */
  leaving(
    connection: ScimConnection,
    page: { after: Subject | undefined; limit: number; allowedOnly: boolean },
  ): Promise<Waiting[]>;
  /** Holds everyone who is leaving and not allowed to; returns how many. */
  stage(connection: ScimConnection, why: string): Promise<number>;
  /** They do not leave, or have left, or were taken over; what is asked about them and not answered stays. */
  settled(connection: ScimConnection, subjects: readonly Subject[]): Promise<void>;
  /** It could not be done, and why: waits for `scim retry`, or for the next reading that says the same. */
  givenUp(connection: ScimConnection, subject: Subject, reason: { failure: FailureClass; why: string }): Promise<void>;
  /** Asks whether this one here may become that one there: `asked` the first time, `waits` after that. */
  mayAdopt(
    connection: ScimConnection,
    subject: Subject,
    adoption: { remoteId: string; why: string },
  ): Promise<'allowed' | 'asked' | 'waits'>;
  /** What was asked about resources that a whole reading did not meet is asked no more. */
  forgetAsked(connection: ScimConnection, runId: string): Promise<void>;
  /** Links that are active and how many are leaving, those who left in the last hour unasked counted in both. */
  departures(connection: ScimConnection): Promise<{ known: number; wanted: number }>;
}

/** What readings of sources remember. */
export interface PullStore extends PullTurns, PullMet, PullLeaving {}

/** What a source writes besides people and groups, bound to one transaction. */
export interface ScimPullStores {
  scimLinks: LinkStore;
  scimPulls: PullStore;
  scimJournal: ScimJournal;
}
