import type { RealmId, UserId } from '@sparekey/contracts';
import type {
  AccountHistoryReader,
  AttemptCounter,
  DeviceStore,
  FactorStores,
  RecoveryCaseStore,
} from '@sparekey/factors';
import type {
  RunStores,
  ScimConnectionRepository,
  ScimPullStores,
  ScimServerStores,
  TaskQueue,
} from '@sparekey/provisioning';
import type { RealmStores, WebhookSecretStore } from '@sparekey/realms';
import type { SignInStore } from '@sparekey/sign-in';
import type { Queryable, StatementObserver } from './database/queryable.ts';
import type { Keyring } from './keyring/keyring.ts';
import type { OidcStorage } from './oidc/storage.ts';
import type { AccountErasure } from './repositories/account-erasure.ts';
import type { ActivityReader } from './repositories/activity.ts';
import type { AuditReader } from './repositories/audit-reader.ts';
import type { ConnectedApplications } from './repositories/connected-applications.ts';
import type { DemoOutbox } from './repositories/demo-outbox.ts';
import type { ExpiryReminders } from './repositories/expiry-reminders.ts';
import type { Housekeeping } from './repositories/housekeeping.ts';
import type { LockoutForecast } from './repositories/lockout-forecast.ts';
import type { OutboxQueue } from './repositories/outbox-queue.ts';
import type { ScimWork } from './repositories/scim-work.ts';

/** Every repository of the product, bound to one transaction (inside `transaction`) or to none (autocommit). */
export interface Stores extends RealmStores, FactorStores, ScimServerStores, ScimPullStores, RunStores {
  signIns: SignInStore;
  sessions: SessionDirectory;
  recoveryCases: RecoveryCaseStore;
  devices: DeviceStore;
  accountHistory: AccountHistoryReader;
  scimConnections: ScimConnectionRepository;
  scimTasks: TaskQueue;
  activity: ActivityReader;
  erasure: AccountErasure;
  applications: ConnectedApplications;
  webhookSecrets: WebhookSecretStore;
}

/** A browser session of the provider as its person sees it. */
export interface SessionSummary {
  uid: string;
  userId: UserId;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  ip: string | undefined;
  userAgent: string | undefined;
  /** client_ids signed in to within this session. */
  clients: string[];
}

/** Sessions by person, and their end: the session, its grants and every token of these go in one transaction. */
export interface SessionDirectory {
  list(realmId: RealmId, userId: UserId): Promise<SessionSummary[]>;
  /**
   * Ends one, and queues the back-channel logout of its clients. False when there is none of that person. With
   * `keepOffline` the grants that hold offline access stay, as a sign-out at a client leaves them (OIDC Core §11).
   */
  end(realmId: RealmId, userId: UserId, uid: string, options?: { keepOffline?: boolean }): Promise<boolean>;
  /** Ends all but `except`; returns how many. */
  endAll(realmId: RealmId, userId: UserId, except?: string): Promise<number>;
}

export interface StorageOptions {
  databaseUrl: string;
  /** 32 bytes; every sealing key is derived from it. */
  masterKey: Buffer;
  /** Earlier master keys: what was sealed under them still opens, nothing new is sealed with them. */
  earlierMasterKeys?: Buffer[];
  /** Connections for statements and transactions; default 10. Attempt counters have 2 more, the watch of realms 1. */
  poolSize?: number;
  /** Told of every statement of stores, counters and queues, by name: for metrics, and for tests that count statements. */
  onStatement?: StatementObserver;
  log?: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** The database of one process. */
export interface Storage {
  readonly stores: Stores;
  /** Attempt counters commit on their own, whatever the caller's transaction does. */
  readonly attempts: AttemptCounter;
  /**
   * READ COMMITTED. A rejection of `work` rolls back and is passed on. `bulk` is for work that writes hundreds of people
   * or more: it keeps the cost of each from growing with their number.
   */
  transaction<T>(work: (stores: Stores) => Promise<T>, options?: { bulk?: boolean }): Promise<T>;
  /** The keys derived from the master key: seals, CSRF, cookies, pepper. */
  readonly keyring: Keyring;
  /** The pool, for adapters of this package that bring statements of their own. */
  readonly database: Queryable;
  /** State of the OIDC engine, over connections of its own. */
  readonly oidc: OidcStorage;
  /** The provisioner's side of the outbox. */
  readonly outboxQueue: OutboxQueue;
  /** The provisioner's side of directories that are kept in step. */
  readonly scim: ScimWork;
  /** Expiry and partitions, in bounded batches, for the provisioner. */
  readonly housekeeping: Housekeeping;
  /** What a demo without a mail server shows in place of sending. */
  readonly demoOutbox: DemoOutbox;
  /** Letters ahead of the end of backup codes, for the provisioner. */
  readonly expiryReminders: ExpiryReminders;
  readonly auditReader: AuditReader;
  readonly forecast: LockoutForecast;
  /** Tells which realm changed (its row, a client or a key), also when another process changed it, within a second. */
  onRealmChanged(listener: (realmId: RealmId) => void): () => void;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
