import type { Origin } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import type { UserClaims } from '@sparekey/realms';
import type { Queryable, StatementObserver } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { OidcAdapter, Payload } from './model.ts';

export interface OidcStorageOptions {
  databaseUrl: string;
  /** Seals the few ids that must be read back (device codes), and keys user codes. */
  keyring: Keyring;
  /** For what is rare and needs a transaction, such as the revocation of a family together with its audit event. */
  database: Queryable;
  /** Called once for every statement of the hot path, also for failed ones. */
  onStatement?: StatementObserver;
  log?: { warn(fields: object, message: string): void };
}

export interface OidcAdapterOptions {
  realmId: RealmId;
  /** Metadata of a client as oidc-provider reads it; backed by the provider's cache of the realm. */
  findClient: (clientId: string) => Promise<Payload | undefined>;
  /** Makes the refusal of a code or token that was spent before (RFC 6749 §5.2 invalid_grant). */
  invalidGrant: (message: string) => Error;
  /** Makes the refusal of a pushed authorization request that was spent before (RFC 9126 §4). */
  invalidRequestUri: (message: string) => Error;
}

/** Rows removed by one run of `expire`. */
export interface ExpiryReport {
  tokens: number;
  sessions: number;
  grants: number;
  interactions: number;
}

/** State of the OIDC engine in Postgres, for all realms of one process. */
export interface OidcStorage {
  /** For the `adapter` of a Provider: a factory by model name. Throws on a model that it does not know. */
  adapterFor(options: OidcAdapterOptions): (model: string) => OidcAdapter;
  /**
   * Runs one request as one unit of work. What it reads comes with what will be read next (session, grant, claims);
   * what it writes is held back, seen by its own later reads, and written as one statement after `work` resolved and
   * before this resolves: send the response after it. Consumption and revocation are never held back.
   * Rejects with what `work` threw (then nothing held back is written), or when the write failed: then the response must
   * not go out, because a token in it does not exist. Within another `withRequest` it shares what that one read, and
   * writes what is held back so far when it ends.
   */
  withRequest<T>(request: { origin: Origin }, work: () => Promise<T>): Promise<T>;
  /** Writes what the running request holds back; for handlers that answer by themselves before `work` resolves. */
  flush(): Promise<void>;
  /**
   * Claims that came with a token, session or interaction of the running request: `null` when there is no such person,
   * undefined when nothing was fetched (ask the repository).
   */
  prefetchedClaims(realmId: RealmId, userId: UserId): UserClaims | null | undefined;
  /**
   * Removes what expired more than ten minutes ago, in bounded batches that skip locked rows; for the provisioner.
   * `budget` bounds the rows of one run (default 50,000).
   */
  expire(budget?: number): Promise<ExpiryReport>;
  close(): Promise<void>;
}
