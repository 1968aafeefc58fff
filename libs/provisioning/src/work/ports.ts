import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import type { Answer, FailureClass } from '../answer/classify.ts';
import type { ScimConnection } from '../connection/model.ts';
import type { Value } from '../expression/value.ts';
import type { ResourceKind, ScimResource } from '../plan/resource.ts';
import type { AnnouncedTraits } from '../plan/traits.ts';

/** A person or group here. */
export interface Subject {
  kind: ResourceKind;
  localId: string;
}

/** A person or group as the mapping sees it, at this moment. */
export interface LocalState {
  inScope: boolean;
  /** Came from where the target leads: nothing is done to them there, not even undone. */
  excepted: boolean;
  enabled: boolean;
  variables: { readonly [key: string]: Value };
  /**
   * Of a group: ids on the other side of its members who have one. Who is gone here and not yet undone there is still in
   * it, so that a source that vanishes empties no group before somebody allows it.
   */
  members: string[];
}

/** Reads people and groups as one connection sees them. */
export interface LocalDirectory {
  /** Undefined when there is nobody of this id. */
  read(connection: ScimConnection<'target'>, subject: Subject): Promise<LocalState | undefined>;
  /** Usernames of people and paths of groups, by id; nothing for who is gone. */
  names(connection: ScimConnection, localIds: readonly string[]): Promise<Map<string, string>>;
  /** Ids on the other side of people here, by the username or id that they are referred to by. */
  remoteIds(connection: ScimConnection, references: readonly string[]): Promise<Map<string, string>>;
}

/** What the other side holds of ours. Without a remote id we may have created it and not been told so. */
export interface ScimLink extends Subject {
  remoteId: string | undefined;
  /** What we last sent, canonical: also what we believe the other side to hold. */
  sent: ScimResource;
  etag: string | undefined;
  /** Not disabled there, nor emptied. */
  active: boolean;
  waitsFor: string[];
  disabledAt: Date | undefined;
}

/** What goes with a change of a link, in its transaction: told of or not, a worker may be killed at any moment. */
export interface LinkChange {
  /** What was done to come to this. */
  event?: ScimEvent | undefined;
  /**
   * Marks who waits for this person (by id or one of these names), the groups they are in here, and those that they are in
   * there under this id, as they came to be on the other side or ended there.
   */
  dependents?: { names: readonly string[]; remoteId?: string };
}

export interface LinkStore {
  get(connection: ScimConnection, subject: Subject): Promise<ScimLink | undefined>;
  byRemoteIds(
    connection: ScimConnection,
    kind: ResourceKind,
    remoteIds: readonly string[],
  ): Promise<Map<string, ScimLink>>;
  /** Errors: `conflict` when the remote id is linked with somebody else. */
  save(connection: ScimConnection, link: ScimLink, change?: LinkChange): Promise<void>;
  remove(connection: ScimConnection, subject: Subject, change?: LinkChange): Promise<void>;
  /** Links that are active, and of these how many are to be undone, those undone in the last hour counted in both. */
  deprovisionings(connection: ScimConnection): Promise<{ known: number; wanted: number }>;
}

export interface ScimRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, such as `/Users`; ids in it are encoded already. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** If-Match */
  etag?: string | undefined;
}

/** The other side. Never throws for what it answers, or does not. */
export interface Wire {
  send(request: ScimRequest): Promise<Answer>;
}

export const scimActions = [
  'created',
  'adopted',
  'updated',
  'disabled',
  'deleted',
  'repaired',
  'failed',
  'staged',
  'asked',
] as const;
export type ScimAction = (typeof scimActions)[number];

/** What was done to a resource, without any value of it. */
export interface ScimEvent extends Subject {
  action: ScimAction;
  remoteId?: string | undefined;
  /** Names of what was changed. */
  attributes?: string[];
  failure?: FailureClass;
  why?: string;
}

export interface ClaimedTask extends Subject {
  generation: number;
  /** Failures before this try. */
  attempt: number;
  failingSince: Date | undefined;
  /** An operator allowed what the brake staged, or the adoption that was asked for. */
  allowed: boolean;
  /** What the other side holds is read, and not taken to be what was sent. */
  afresh: boolean;
  lease: string;
}

export type TaskState = 'open' | 'dead' | 'staged' | 'asking';

export interface ListedTask extends Subject {
  name: string | undefined;
  state: TaskState;
  attempt: number;
  runAfter: Date;
  failure: FailureClass | undefined;
  why: string | undefined;
  leased: boolean;
}

/** How a connection fares. */
export interface Pace {
  announced: AnnouncedTraits;
  announcedAt: Date | undefined;
  /** Version of the connection that everyone was last looked at under. */
  reconciledVersion: number;
  failures: number;
}

/** Tasks of any number of workers; every method is safe beside the others. */
export interface TaskQueue {
  /** Folds marks into tasks; returns how many marks. */
  fold(limit: number): Promise<number>;
  /** Connections that have something to do now, or have never been looked at under their present settings. */
  due(): Promise<{ realmId: RealmId; connectionId: ScimConnectionId }[]>;
  /** Takes tasks that nobody has, people before groups, as many as the connection bears at a time. */
  claim(connection: ScimConnection<'target'>, limit: number, leaseSeconds: number): Promise<ClaimedTask[]>;
  /** Keeps a task for longer; false when it was lost. */
  renew(connection: ScimConnection, task: ClaimedTask, leaseSeconds: number): Promise<boolean>;
  /** Done: gone, unless it was marked again meanwhile. `after` wakes it again. */
  done(connection: ScimConnection, task: ClaimedTask, after?: Date): Promise<void>;
  /** With what the journal is told of it, in one transaction; neither when the task is another worker's by now. */
  failed(
    connection: ScimConnection,
    task: ClaimedTask,
    failure: { failure: FailureClass; why: string; next: Date | Exclude<TaskState, 'open'>; counts: boolean },
    event?: ScimEvent,
  ): Promise<void>;
  /** Gives a task back as if it had not been taken. */
  release(connection: ScimConnection, task: ClaimedTask): Promise<void>;
  /** Marks everyone in scope and everyone linked; returns how many. */
  scheduleAll(connection: ScimConnection): Promise<number>;
  /** Marks these; `afresh` has them compared with what the other side holds by then. */
  schedule(connection: ScimConnection, subjects: readonly Subject[], how?: { afresh: boolean }): Promise<void>;
  /** Opens tasks of a state again: what was staged or asked is allowed with it. Returns how many. */
  reopen(connection: ScimConnection, state: Exclude<TaskState, 'open'>, localId?: string): Promise<number>;
  list(connection: ScimConnection, limit: number): Promise<ListedTask[]>;
  counts(connection: ScimConnection): Promise<Record<TaskState, number>>;
}

/** Limits and health of a connection, shared by all workers. */
export interface PaceKeeper {
  get(connection: ScimConnection): Promise<Pace>;
  /** Takes the right to one request; returns how many seconds to wait before it is made. */
  takeToken(connection: ScimConnection, requestsPerSecond: number): Promise<number>;
  /** Nobody asks anything before then. */
  pause(connection: ScimConnection, until: Date): Promise<void>;
  /** Counts what the other side said to a write; returns what the last hour was like. */
  told(connection: ScimConnection, answer: 'ok' | 'refused'): Promise<{ writes: number; refused: number }>;
  /**
   * Counts that it could not be asked, and has everyone wait for as many seconds as `wait` says for so many failures in a
   * row. What fails while everyone waits already was under way before: it is the same failure, and counts once.
   */
  failed(connection: ScimConnection, wait: (failuresInARow: number) => number): Promise<void>;
  /** Ends the row of failures: whatever a task asked was answered, though nothing was written. */
  answered(connection: ScimConnection): Promise<void>;
  announced(connection: ScimConnection, traits: AnnouncedTraits): Promise<void>;
  reconciled(connection: ScimConnection): Promise<void>;
}

export interface ScimJournal {
  add(connection: ScimConnection, events: readonly ScimEvent[]): Promise<void>;
  /** Events by action since then. */
  summary(connection: ScimConnection, since: Date): Promise<Partial<Record<ScimAction, number>>>;
}
