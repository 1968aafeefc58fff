import type { RealmId } from '@sparekey/contracts';
import {
  isOfKind,
  type PullParts,
  pullFrom,
  reopenTasks,
  type ScimConnection,
  type ScimRun,
} from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { scimPullParts } from '../src/scim-pull/job.ts';
import { addRealm, addSource } from './scim-realm.ts';

const never = new AbortController().signal;
const operator = { kind: 'operator', name: 'test' } as const;
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A person of a source, known by a number. */
export function person(n: number, more: Record<string, unknown> = {}) {
  return {
    id: `r${n}`,
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    externalId: `hr-${n}`,
    userName: `ada-${n}`,
    name: { givenName: 'Ada', familyName: `Number ${n}` },
    emails: [{ type: 'work', value: `ada-${n}@acme.example`, primary: true }],
    active: true,
    ...more,
  };
}

export function group(id: string, displayName: string, members: readonly string[]) {
  return {
    id,
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName,
    members: members.map((value) => ({ value })),
  };
}

/** A database, a realm for each test, and sources that read into it. */
export class SourceRealm {
  readonly database: TestDatabase;
  readonly storage: Storage;
  realmId!: RealmId;
  #connection: ScimConnection | undefined;

  private constructor(database: TestDatabase, storage: Storage) {
    this.database = database;
    this.storage = storage;
  }

  static async open(): Promise<SourceRealm> {
    const database = await createTestDatabase();
    const storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 7), poolSize: 8 });
    return new SourceRealm(database, storage);
  }

  async close(): Promise<void> {
    await this.storage.close();
    await this.database.drop();
  }

  async begin(): Promise<void> {
    this.realmId = await addRealm(this.storage);
  }

  async source(
    baseUrl: string,
    settings: Record<string, unknown> = {},
    how: Parameters<typeof addSource>[3] = {},
  ): Promise<ScimConnection> {
    this.#connection = await addSource(this.storage, this.realmId, { baseUrl, ...settings }, how);
    return this.#connection;
  }

  get connection(): ScimConnection {
    if (this.#connection === undefined) throw new Error('there is no source yet');
    return this.#connection;
  }

  /** Another pool on the same database, which tells its statements. */
  observed(onStatement: (name: string) => void): Promise<Storage> {
    return openStorage({ databaseUrl: this.database.url, masterKey: Buffer.alloc(32, 7), onStatement });
  }

  partsOn(storage: Storage): ReturnType<typeof scimPullParts> {
    return scimPullParts({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  }

  parts(changed: Partial<PullParts> = {}): ReturnType<typeof scimPullParts> {
    return { ...this.partsOn(this.storage), random: () => 0, ...changed };
  }

  /** Reads what is due now, as the job does; undefined when nothing is. */
  async read(changed: Partial<PullParts> = {}, signal = never): Promise<ScimRun | undefined> {
    const parts = this.parts(changed);
    const due = (await parts.pulls.due()).find(({ connectionId }) => connectionId === this.connection.id);
    return due && pullFrom(parts, due, signal);
  }

  /** A reading that has to be due. */
  async reads(changed: Partial<PullParts> = {}): Promise<ScimRun> {
    const run = await this.read(changed);
    if (run === undefined) throw new Error('nothing was due');
    return run;
  }

  /** The next reading is due now, and nobody waits any more: one of the whole, or of what changed. */
  async dueAgain(kind: 'pull' | 'delta' = 'pull'): Promise<void> {
    await this.query(
      'due_again',
      `update scim_pace set not_before = '-infinity', pulled_at = 'epoch',
         pulled_full_at = case when $2 = 'pull' then 'epoch' else pulled_full_at end where realm_id = $1`,
      kind,
    );
  }

  async readsAgain(kind: 'pull' | 'delta' = 'pull'): Promise<ScimRun> {
    await this.dueAgain(kind);
    return this.reads();
  }

  allow(): Promise<number> {
    return this.storage.transaction((stores) => reopenTasks(stores, this.connection, 'allow', operator));
  }

  query(name: string, text: string, ...more: unknown[]): Promise<number> {
    return this.storage.database.count({ name: `test_${name}`, text, values: [this.realmId, ...more] });
  }

  rows<R>(name: string, text: string, ...more: unknown[]): Promise<R[]> {
    return this.storage.database.rows<R>({ name: `test_${name}`, text, values: [this.realmId, ...more] });
  }

  people() {
    return this.rows<{
      username: string;
      email: string | null;
      emailVerified: boolean;
      enabled: boolean;
      lastName: string;
    }>(
      'people',
      `select username, email, email_verified as "emailVerified", enabled, last_name as "lastName"
       from user_account where realm_id = $1 order by username`,
    );
  }

  async enabled(): Promise<string[]> {
    return (await this.people()).filter(({ enabled }) => enabled).map(({ username }) => username);
  }

  groups() {
    return this.rows<{ path: string; members: string[] }>(
      'groups',
      `select g.path, array(
         select u.username from user_group ug join user_account u on u.realm_id = $1 and u.id = ug.user_id
         where ug.realm_id = $1 and ug.group_id = g.id order by u.username)::text[] as members
       from "group" g where g.realm_id = $1 order by g.path`,
    );
  }

  async state() {
    const found = await this.storage.stores.scimConnections.byId(this.realmId, this.connection.id);
    if (found === undefined || !isOfKind(found, 'source')) throw new Error('a source');
    return { state: found.state, reason: found.stateReason };
  }

  tasks() {
    return this.storage.scim.queue.list(this.connection, 100);
  }

  /** Types of audit events of this realm, in order. */
  async told(): Promise<string[]> {
    const rows = await this.rows<{ type: string }>(
      'told',
      'select type from audit_event where realm_id = $1 order by at, id',
    );
    return rows.map(({ type }) => type);
  }
}
