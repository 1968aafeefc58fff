import { randomBytes } from 'node:crypto';
import type { UserId } from '@sparekey/contracts';
import { createFactors, createHashEngine, type Factors } from '@sparekey/factors';
import { policySchema } from '@sparekey/policy';
import { ensureSigningKeys, type Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { SecurityKey } from './security-key.ts';

export const kinds = ['password', 'totp', 'webauthn', 'passkey', 'email', 'sms', 'backup_code'] as const;
export type Kind = (typeof kinds)[number];

export const PASSWORD = 'correct horse battery staple 7';
export const CLIENT = 'bench';
export const CALLBACK = 'https://app.example/callback';

/** Somebody who signs in once: codes are good once, and every sign-in begins alike. */
export interface Somebody {
  username: string;
  kind: Kind;
  totpSecret?: Buffer;
  key?: SecurityKey;
  codes: string[];
}

const policy = policySchema.parse({
  secondFactor: { allowed: ['totp', 'webauthn', 'email', 'sms'] },
  messages: { smsCountries: ['39'], codesPerNetworkPerHour: 10_000, mailsPerHour: 60, smsPerDay: 100 },
  lockout: { networkFailuresPerHour: 100_000 },
});

export async function makeRealm(storage: Storage): Promise<Realm> {
  return storage.transaction(async (stores) => {
    const realm = await stores.realms.create({ name: 'bench', enabled: true, policy, attributes: {} });
    await ensureSigningKeys(stores, realm.id, ['ES256'], { kind: 'system' });
    await stores.clients.create({
      realmId: realm.id,
      clientId: CLIENT,
      secret: 'secret',
      enabled: true,
      publicClient: false,
      redirectUris: [CALLBACK],
      postLogoutRedirectUris: [],
      webOrigins: [],
      standardFlow: true,
      serviceAccount: false,
      consentRequired: false,
      backchannelLogoutSessionRequired: false,
      idTokenAlg: 'ES256',
      scopes: ['profile', 'email'],
      attributes: {},
    });
    return realm;
  });
}

/** Makes people as the product keeps them, with the keys and the peppers of the provider that they sign in at. */
export class Settlers {
  readonly #storage: Storage;
  readonly #realm: Realm;
  readonly #origin: string;
  readonly #factors: Factors;
  readonly #phc: string;
  #count = 0;

  private constructor(storage: Storage, realm: Realm, origin: string, factors: Factors, phc: string) {
    this.#storage = storage;
    this.#realm = realm;
    this.#origin = origin;
    this.#factors = factors;
    this.#phc = phc;
  }

  static async at(storage: Storage, realm: Realm, origin: string): Promise<Settlers> {
    const engine = createHashEngine({ random: randomBytes });
    const { keyring } = storage;
    const key = (id: string) => keyring.deriveKey('backup-code-pepper', id);
    const factors = createFactors({
      engine,
      peppers: { current: { id: keyring.currentKeyId, key: key(keyring.currentKeyId) }, byId: key },
      site: { rpId: new URL(origin).hostname, origin },
      clock: () => new Date(),
      random: randomBytes,
      sentCodeKey: keyring.deriveKey('sent-code'),
    });
    return new Settlers(storage, realm, origin, factors, await engine.hash(PASSWORD));
  }

  async settle(kind: Kind): Promise<Somebody> {
    this.#count += 1;
    const username = `${kind}-${this.#count}`;
    const { stores } = this.#storage;
    const { id } = await stores.users.create({
      realmId: this.#realm.id,
      username,
      email: `${username}@example.com`,
      emailVerified: kind === 'email',
      ...(kind === 'sms'
        ? {
            phoneNumber: `+393${String(this.#count * 37_000_003)
              .padStart(9, '0')
              .slice(-9)}`,
          }
        : {}),
      phoneNumberVerified: kind === 'sms',
      enabled: true,
      attributes: {},
      requiredActions: [],
    });
    if (kind !== 'passkey') await stores.passwords.set(this.#realm.id, id, this.#phc);
    const somebody: Somebody = { username, kind, codes: [] };
    if (kind === 'totp' || kind === 'backup_code') somebody.totpSecret = await this.#app(id);
    if (kind === 'webauthn' || kind === 'passkey') somebody.key = await this.#key(id, username);
    if (kind !== 'password') somebody.codes = await this.#codes(id);
    return somebody;
  }

  async #app(userId: UserId): Promise<Buffer> {
    const secret = randomBytes(20);
    const more = { label: 'Phone', algorithm: 'sha1', digits: 6, periodSeconds: 30, driftSteps: 0 } as const;
    await this.#storage.stores.totp.add(this.#realm.id, userId, {
      ...more,
      secret,
      lastStep: 0,
      confirmedAt: new Date(),
    });
    return secret;
  }

  async #key(userId: UserId, account: string): Promise<SecurityKey> {
    const { stores } = this.#storage;
    const holder = { realmId: this.#realm.id, userId, policy: this.#realm.policy };
    const place = `session:settle-${account}`;
    const options = await this.#factors.webauthn.begin(stores, holder, place, { realm: 'bench', account });
    const made = new SecurityKey(this.#origin);
    const check = await this.#factors.webauthn.checkNew(stores, holder, place, made.create(options));
    if (!check.matched) throw new Error(`a key was not taken: ${check.reason}`);
    await this.#storage.transaction((within) => check.confirm(within, 'Key'));
    return made;
  }

  async #codes(userId: UserId): Promise<string[]> {
    const { stores } = this.#storage;
    const holder = { realmId: this.#realm.id, userId, policy: this.#realm.policy };
    const { codes } = await this.#factors.backupCode.generate(stores, holder);
    const check = await this.#factors.backupCode.checkPending(stores, holder, codes[0] ?? '');
    if (!check.matched) throw new Error('a set does not take its own code');
    await this.#storage.transaction((within) => check.confirm(within));
    return codes;
  }
}
