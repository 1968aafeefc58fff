import { randomBytes } from 'node:crypto';
import { defaultPolicy, type PolicyInput, policySchema } from '@sparekey/policy';
import type { Client, Realm, SigningAlg, SigningKeyState, User } from '@sparekey/realms';
import type { OidcStorage, Storage } from '@sparekey/storage';
import { exportJWK, generateKeyPair } from 'jose';

export interface TestStorage {
  storage: Storage;
  oidcStorage: OidcStorage;
  close(): Promise<void>;
}

/** A key of any state; private JWK as the product stores it. */
export async function addKey(
  storage: Storage,
  realm: Realm,
  alg: SigningAlg,
  state: SigningKeyState = 'active',
): Promise<string> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomBytes(8).toString('base64url');
  const privateJwk: Record<string, unknown> = { ...(await exportJWK(privateKey)) };
  await storage.stores.signingKeys.add({ realmId: realm.id, kid, alg, state, privateJwk });
  return kid;
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
