import { randomBytes } from 'node:crypto';
import type { AuthenticatorId, UserId } from '@sparekey/contracts';
import { createFactors, type HashEngine } from '@sparekey/factors';
import type { Storage } from '@sparekey/storage';
import { SoftAuthenticator } from '@sparekey/testing';
import { peppers } from '../../src/compose.ts';
import { addUser } from '../../src/testing/storage.ts';
import type { Person, World } from './world.ts';

/** Kinds of people, by what they hold. */
export const kinds = [
  'plain',
  'app',
  'app_without_codes',
  'two_apps',
  'passkey_only',
  'key',
  'temporary',
  'phone',
] as const;
export type Kind = (typeof kinds)[number];

/** Brings people into a realm, as an import would. */
export class Settlers {
  readonly #storage: Storage;
  readonly #engine: HashEngine;
  readonly #origin: string;
  #count = 0;

  constructor(storage: Storage, engine: HashEngine, origin: string) {
    this.#storage = storage;
    this.#engine = engine;
    this.#origin = origin;
  }

  async settle(world: World, kind: Kind): Promise<Person> {
    const { stores } = this.#storage;
    const { realm } = world;
    const username = `${kind.replaceAll('_', '-')}-${this.#count++}`;
    const user = await addUser(this.#storage, realm, {
      username,
      requiredActions: kind === 'temporary' ? ['UPDATE_PASSWORD'] : [],
      ...(kind === 'phone' ? { phoneNumber: `+39333${1_000_000 + this.#count}`, phoneNumberVerified: true } : {}),
    });
    if (world.organization !== undefined && this.#count % 3 === 0) {
      await stores.organizations.join(realm.id, world.organization, user.id);
      world.members.add(user.id);
    }
    const password = kind === 'passkey_only' ? undefined : `zephyr gondola ${username} 58`;
    if (password !== undefined) await stores.passwords.set(realm.id, user.id, await this.#engine.hash(password));
    const person: Person = {
      id: user.id,
      username,
      email: user.email ?? '',
      password,
      earlierPasswords: [],
      totp: new Map(),
      keys: new Map(),
      codes: new Map(),
      spentCodes: [],
    };
    const apps = { app: 1, app_without_codes: 1, two_apps: 2 }[kind as string] ?? 0;
    for (let app = 0; app < apps; app += 1) await this.#app(world, person);
    if (kind === 'passkey_only' || kind === 'key') await this.#key(world, person);
    if (apps > 0 && kind !== 'app_without_codes') await this.#codes(world, person);
    if (kind === 'key') await this.#codes(world, person);
    world.people.set(user.id, person);
    return person;
  }

  async #app({ realm }: World, person: Person): Promise<void> {
    const secret = randomBytes(20);
    const more = { label: 'Phone', algorithm: 'sha1', digits: 6, periodSeconds: 30, driftSteps: 0 } as const;
    const id = await this.#storage.stores.totp.add(realm.id, person.id, {
      ...more,
      secret,
      lastStep: 0,
      confirmedAt: new Date(),
    });
    person.totp.set(id, { secret, last: 0 });
  }

  /** Bound as the product stores one, from the key that its own answer carries. */
  async #key({ realm }: World, person: Person): Promise<AuthenticatorId> {
    const factors = this.#factors();
    const { webauthn } = factors;
    const holder = { realmId: realm.id, userId: person.id, policy: realm.policy };
    const place = `session:settle-${person.username}`;
    const names = { realm: realm.name, account: person.username };
    const options = await webauthn.begin(this.#storage.stores, holder, place, names);
    const made = new SoftAuthenticator(this.#origin);
    const check = await webauthn.checkNew(this.#storage.stores, holder, place, made.create(options as never));
    if (!check.matched) throw new Error(`a passkey was not taken: ${check.reason}`);
    const bound = await this.#storage.transaction((stores) => check.confirm(stores, 'Key'));
    person.keys.set(made.credentialId.toString('hex'), made);
    return bound as AuthenticatorId;
  }

  async #codes({ realm }: World, person: Person): Promise<void> {
    const holder = { realmId: realm.id, userId: person.id as UserId, policy: realm.policy };
    const { backupCode } = this.#factors();
    const { stores } = this.#storage;
    const { codes } = await backupCode.generate(stores, holder);
    const check = await backupCode.checkPending(stores, holder, codes[0] ?? '');
    if (!check.matched) throw new Error(`a new set does not take its own code: ${check.reason}`);
    await this.#storage.transaction((within) => check.confirm(within));
    person.codes.set(check.id, codes);
  }

  #factors() {
    const { hostname, origin } = new URL(this.#origin);
    return createFactors({
      engine: this.#engine,
      peppers: peppers(this.#storage.keyring),
      site: { rpId: hostname, origin },
      clock: () => new Date(),
      random: randomBytes,
      sentCodeKey: this.#storage.keyring.deriveKey('sent-code'),
    });
  }
}
