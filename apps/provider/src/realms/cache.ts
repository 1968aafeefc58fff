import { AppError, type RealmId } from '@sparekey/contracts';
import type { Client, OrganizationOverride, Realm, SigningKey } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { ACCOUNT_CLIENT_ID, accountClient } from './account-client.ts';

/** A realm as this process serves it: immutable, replaced whole when the realm, a client or a key changed. */
export interface ServedRealm {
  readonly realm: Realm;
  /** `{SPAREKEY_URL}/realms/{name}` */
  readonly issuer: string;
  readonly keys: readonly SigningKey[];
  /** What its organizations decide of the policy; a person's own is `policyFor`. */
  readonly overrides: readonly OrganizationOverride[];
  /** Undefined for unknown and for disabled clients. */
  client(clientId: string): Promise<Client | undefined>;
}

export interface RealmCache {
  /** Undefined when there is no such realm. Errors: `forbidden` for a disabled realm. */
  get(name: string): Promise<ServedRealm | undefined>;
  /** What is in memory right now, for answers that must not wait; undefined when `get` would have to read. */
  peek(name: string): ServedRealm | undefined;
  close(): void;
}

/** Realm names as the database allows them; anything else costs no look-up. */
const REALM_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Names nobody has are remembered too, so that a scanner costs no statements; bounded, so that it costs no memory. */
const MOST_UNKNOWN_NAMES = 1000;

/** Loads each client once, misses not remembered: made-up client ids must not fill the memory. */
function clientLoader(storage: Storage, realmId: RealmId, issuer: string): ServedRealm['client'] {
  const clients = new Map<string, Promise<Client | undefined>>();
  clients.set(ACCOUNT_CLIENT_ID, Promise.resolve(accountClient(realmId, issuer)));
  return async (clientId) => {
    const known = clients.get(clientId);
    if (known !== undefined) return known;
    const loading = storage.stores.clients.byClientId(realmId, clientId).then((client) => {
      if (client?.enabled !== true) clients.delete(clientId);
      return client?.enabled === true ? client : undefined;
    });
    clients.set(clientId, loading);
    loading.catch(() => clients.delete(clientId));
    return loading;
  };
}

/**
 * Realms by name. A change made by any process drops the realm within a second (storage.onRealmChanged); requests that
 * hold the old one finish with it, the next one reads anew. Parallel requests for one realm share one load.
 */
export function createRealmCache(storage: Storage, publicUrl: string): RealmCache {
  const loading = new Map<string, Promise<ServedRealm | undefined>>();
  const served = new Map<string, ServedRealm>();
  const unknown = new Set<string>();
  /** Grows with every change, so that what was read before a change is not kept after it. */
  let changes = 0;

  async function load(name: string): Promise<ServedRealm | undefined> {
    const before = changes;
    const realm = await storage.stores.realms.byName(name);
    if (realm === undefined) {
      if (unknown.size >= MOST_UNKNOWN_NAMES) unknown.clear();
      if (before === changes) unknown.add(name);
      return undefined;
    }
    const [keys, overrides] = await Promise.all([
      storage.stores.signingKeys.list(realm.id),
      storage.stores.policies.overrides(realm.id),
    ]);
    const issuer = `${publicUrl}/realms/${realm.name}`;
    const entry: ServedRealm = { realm, issuer, keys, overrides, client: clientLoader(storage, realm.id, issuer) };
    if (before === changes) served.set(name, entry);
    return entry;
  }

  function find(name: string): Promise<ServedRealm | undefined> {
    let pending = loading.get(name);
    if (pending === undefined) {
      const started = load(name).finally(() => {
        if (loading.get(name) === started) loading.delete(name);
      });
      loading.set(name, started);
      pending = started;
    }
    return pending;
  }

  const stopListening = storage.onRealmChanged((realmId) => {
    changes += 1;
    unknown.clear();
    // A load under way may have read the old state: the next request starts its own.
    loading.clear();
    for (const [name, entry] of served) if (entry.realm.id === realmId) served.delete(name);
  });

  return {
    async get(name) {
      if (!REALM_NAME.test(name) || unknown.has(name)) return undefined;
      const entry = served.get(name) ?? (await find(name));
      if (entry?.realm.enabled === false) {
        throw new AppError('forbidden', `realm ${name} is disabled`, { publicMessage: 'This realm is disabled.' });
      }
      return entry;
    },
    peek: (name) => {
      const entry = served.get(name);
      return entry?.realm.enabled === true ? entry : undefined;
    },
    close: stopListening,
  };
}
