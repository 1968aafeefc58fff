import type { Client, Realm, SigningKey } from '@sparekey/realms';

/** A realm as this process serves it: immutable, replaced whole when the realm, a client or a key changed. */
export interface ServedRealm {
  readonly realm: Realm;
  /** `{SPAREKEY_URL}/realms/{name}` */
  readonly issuer: string;
  readonly keys: readonly SigningKey[];
  /** Undefined for unknown and for disabled clients. */
  client(clientId: string): Promise<Client | undefined>;
}

export interface RealmCache {
  /** Undefined when there is no such realm. Errors: `forbidden` for a disabled realm. */
  get(name: string): Promise<ServedRealm | undefined>;
  close(): void;
}
