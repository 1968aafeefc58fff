import type { Actor } from '@sparekey/audit';
import { AppError, type RealmId, type UserId } from '@sparekey/contracts';
import { defaultPolicy } from '@sparekey/policy';
import { ensureSigningKeys } from './key-rotation.ts';
import type { Realm, Role } from './model.ts';
import type { RealmStores } from './ports.ts';
import { signingAlgs } from './rotate-keys.ts';

/** The realm of administrators; its role `admin` may administer every realm. */
export const MASTER_REALM = 'master';
export const ADMIN_ROLE = 'admin';

/** Of several processes that start at once each may lose some rounds to the others, never more than there are of them. */
const ROUNDS = 20;

export interface BootstrapStores extends RealmStores {
  passwords: { set(realmId: RealmId, userId: UserId, phc: string): Promise<unknown> };
}

/** Runs `work` in one transaction; a rejection rolls it back. */
export type BootstrapTransaction = <T>(work: (stores: BootstrapStores) => Promise<T>) => Promise<T>;

export interface BootstrapAdministrator {
  username: string;
  /** PHC string of the password, hashed by the caller. */
  phc: string;
}

/** A service account for automation, with the client credentials grant only. */
export interface BootstrapClient {
  clientId: string;
  secret: string;
}

export interface BootstrapResult {
  realm: Realm;
  /** False when an account of that name was there: its password is never touched. */
  administratorCreated: boolean;
  clientCreated: boolean;
}

/**
 * Makes realm `master` with its keys and role, and the administrator and client that are asked for and missing. What
 * exists is left as it is. Safe to run from several processes at once: who loses a race sees the winner's rows and ends
 * with the same result.
 */
export async function bootstrap(
  transaction: BootstrapTransaction,
  wanted: { administrator?: BootstrapAdministrator; client?: BootstrapClient },
): Promise<BootstrapResult> {
  for (let round = 1; ; round += 1) {
    try {
      return await transaction((stores) => bootstrapOnce(stores, wanted));
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict') || round === ROUNDS) throw error;
    }
  }
}

const system: Actor = { kind: 'system' };

async function bootstrapOnce(
  stores: BootstrapStores,
  wanted: { administrator?: BootstrapAdministrator; client?: BootstrapClient },
): Promise<BootstrapResult> {
  const realm = (await stores.realms.byName(MASTER_REALM)) ?? (await createMaster(stores));
  await ensureSigningKeys(stores, realm.id, signingAlgs, system);
  const role = await adminRole(stores, realm.id);
  return {
    realm,
    administratorCreated:
      wanted.administrator !== undefined && (await administrator(stores, role, wanted.administrator)),
    clientCreated: wanted.client !== undefined && (await serviceAccount(stores, role, wanted.client)),
  };
}

function createMaster(stores: BootstrapStores): Promise<Realm> {
  return stores.realms.create({
    name: MASTER_REALM,
    displayName: 'Sparekey',
    enabled: true,
    policy: defaultPolicy,
    attributes: {},
  });
}

async function adminRole(stores: BootstrapStores, realmId: RealmId): Promise<Role> {
  const known = (await stores.roles.list(realmId)).find((role) => role.name === ADMIN_ROLE && !role.clientId);
  return known ?? stores.roles.create({ realmId, name: ADMIN_ROLE, attributes: {}, composites: [] });
}

const plainAccount = {
  emailVerified: false,
  phoneNumberVerified: false,
  enabled: true,
  attributes: {},
  requiredActions: [],
};

async function administrator(stores: BootstrapStores, role: Role, wanted: BootstrapAdministrator): Promise<boolean> {
  if (await stores.users.byLogin(role.realmId, wanted.username)) return false;
  const user = await stores.users.create({ ...plainAccount, realmId: role.realmId, username: wanted.username });
  await stores.users.grantRole(role.realmId, user.id, role.id);
  await stores.passwords.set(role.realmId, user.id, wanted.phc);
  await stores.audit.append({
    type: 'password.changed',
    realmId: role.realmId,
    actor: system,
    subject: user.id,
    outcome: 'success',
    reason: 'bootstrap',
  });
  return true;
}

async function serviceAccount(stores: BootstrapStores, role: Role, wanted: BootstrapClient): Promise<boolean> {
  if (await stores.clients.byClientId(role.realmId, wanted.clientId)) return false;
  const client = await stores.clients.create({
    realmId: role.realmId,
    clientId: wanted.clientId,
    secret: wanted.secret,
    enabled: true,
    publicClient: false,
    redirectUris: [],
    postLogoutRedirectUris: [],
    webOrigins: [],
    standardFlow: false,
    serviceAccount: true,
    consentRequired: false,
    backchannelLogoutSessionRequired: false,
    idTokenAlg: 'ES256',
    scopes: ['roles'],
    attributes: {},
  });
  const user = await stores.users.create({
    ...plainAccount,
    realmId: role.realmId,
    username: `service-account-${wanted.clientId}`,
    serviceAccountClientId: client.id,
  });
  await stores.users.grantRole(role.realmId, user.id, role.id);
  return true;
}
