import { randomBytes } from 'node:crypto';
import { defaultPolicy, type PolicyInput, policySchema } from '@sparekey/policy';
import type { Client, Realm, SigningAlg, SigningKeyState, User } from '@sparekey/realms';
import { createSigningKey } from '@sparekey/realms';
import { openStorage, type Storage, type StorageOptions } from '@sparekey/storage';
import { createTestDatabase } from '@sparekey/testing';

export interface TestStorage {
  storage: Storage;
  /** A second process on the same database, as far as the database can tell. */
  another(): Promise<Storage>;
  close(): Promise<void>;
}

/** A database of this test file alone, opened as the product opens it. */
export async function openTestStorage({ onStatement }: Pick<StorageOptions, 'onStatement'> = {}): Promise<TestStorage> {
  const database = await createTestDatabase();
  const masterKey = randomBytes(32);
  const opened: Storage[] = [];
  const another = async () => {
    const storage = await openStorage({
      databaseUrl: database.url,
      masterKey,
      poolSize: 5,
      ...(onStatement && { onStatement }),
    });
    opened.push(storage);
    return storage;
  };
  return {
    storage: await another(),
    another,
    async close() {
      for (const storage of opened) await storage.close();
      await database.drop();
    },
  };
}

/** A key of any state, as the product makes it. */
export async function addKey(
  storage: Storage,
  realm: Realm,
  alg: SigningAlg,
  state: SigningKeyState = 'active',
): Promise<string> {
  const key = await createSigningKey(alg);
  await storage.stores.signingKeys.add({ ...key, realmId: realm.id, state });
  return key.kid;
}

export async function addRealm(storage: Storage, name: string, policy: PolicyInput = {}): Promise<Realm> {
  const realm = await storage.stores.realms.create({
    name,
    enabled: true,
    policy: Object.keys(policy).length === 0 ? defaultPolicy : policySchema.parse(policy),
    attributes: {},
  });
  for (const alg of ['ES256', 'RS256', 'EdDSA'] as const) await addKey(storage, realm, alg);
  return realm;
}

export const CALLBACK = 'https://app.example/callback';

/** A confidential client of the code flow, with the secret `secret`, unless said otherwise. */
export function addClient(
  storage: Storage,
  realm: Realm,
  client: Partial<Client> & { clientId: string },
): Promise<Client> {
  return storage.stores.clients.create({
    realmId: realm.id,
    enabled: true,
    publicClient: false,
    secret: client.publicClient === true ? undefined : 'secret',
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [],
    webOrigins: [],
    standardFlow: true,
    serviceAccount: false,
    consentRequired: false,
    backchannelLogoutSessionRequired: true,
    idTokenAlg: 'ES256',
    scopes: ['profile', 'email', 'phone', 'address', 'roles', 'groups', 'organization'],
    attributes: {},
    ...client,
  });
}

export function addUser(storage: Storage, realm: Realm, user: Partial<User> & { username: string }): Promise<User> {
  return storage.stores.users.create({
    realmId: realm.id,
    email: `${user.username}@example.com`,
    emailVerified: true,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
    ...user,
  });
}
