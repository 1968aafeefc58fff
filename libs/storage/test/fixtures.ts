import type { RealmId, UserId } from '@sparekey/contracts';
import type { BackupCodeStore } from '@sparekey/factors';
import { defaultPolicy } from '@sparekey/policy';
import type { Client, NewUser, Realm, User } from '@sparekey/realms';
import { createTestDatabase } from '../../testing/src/index.ts';
import { newId } from '../src/database/new-id.ts';
import { openStorage } from '../src/open.ts';
import type { Storage, StorageOptions } from '../src/storage.ts';

export const masterKey = Buffer.alloc(32, 7);

export interface TestStorage {
  url: string;
  storage: Storage;
  /** Another process's view of the same database. */
  another(options?: Partial<StorageOptions>): Promise<Storage>;
  close(): Promise<void>;
}

/** A database of its own with storage on it; `close` fails when a connection leaks. */
export async function openTestStorage(options: Partial<StorageOptions> = {}): Promise<TestStorage> {
  const database = await createTestDatabase();
  const opened: Storage[] = [];
  const another = async (more: Partial<StorageOptions> = {}) => {
    const storage = await openStorage({ databaseUrl: database.url, masterKey, ...more });
    opened.push(storage);
    return storage;
  };
  return {
    url: database.url,
    storage: await another(options),
    another,
    async close() {
      for (const storage of opened) await storage.close();
      await database.drop();
    },
  };
}

let counter = 0;

export function addRealm(storage: Storage, name?: string): Promise<Realm> {
  counter += 1;
  return storage.stores.realms.create({
    name: name ?? `realm-${counter}`,
    enabled: true,
    policy: defaultPolicy,
    attributes: {},
  });
}

export function addUser(storage: Storage, realmId: RealmId, fields: Partial<NewUser> = {}): Promise<User> {
  counter += 1;
  return storage.stores.users.create({
    realmId,
    username: `person-${counter}`,
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
    ...fields,
  });
}

export function clientFields(realmId: RealmId, clientId: string): Omit<Client, 'id'> {
  return {
    realmId,
    clientId,
    enabled: true,
    publicClient: false,
    redirectUris: ['https://app.example/callback'],
    postLogoutRedirectUris: [],
    webOrigins: [],
    standardFlow: true,
    serviceAccount: false,
    consentRequired: false,
    backchannelLogoutSessionRequired: true,
    idTokenAlg: 'ES256',
    scopes: ['profile'],
    attributes: { theme: 'plain' },
  };
}

export function setFields(
  realmId: RealmId,
  userId: UserId,
  codes = 10,
  expiresAt = new Date(Date.now() + 86_400_000),
): Parameters<BackupCodeStore['addPending']>[0] {
  return {
    id: newId(),
    realmId,
    userId,
    scheme: { version: 1, memoryKib: 19_456, iterations: 2, parallelism: 1, pepperId: 'pepper' },
    salt: Buffer.alloc(16, 1),
    codeLength: 8,
    groupLength: 4,
    selection: 'any',
    expiresAt,
    verifiers: Array.from({ length: codes }, (_, index) => Buffer.alloc(32, index + 1)),
  };
}
