import { randomBytes } from 'node:crypto';
import type { UserId } from '@sparekey/contracts';
import type { User } from '@sparekey/realms';
import { SoftAuthenticator } from '@sparekey/testing';
import { addUser } from '../../src/testing/storage.ts';
import type { Sparekey } from './sparekey.ts';

/** As an import from another system leaves it: another scheme, another cost. */
const FOREIGN =
  '$pbkdf2-sha256$i=27500$AAECAwQFBgcICQoLDA0ODw$mUZN+YMEFDofmQ/jrz7wW+Zs0+IHT005hg1FSbZ1DW30pEV8DxS12TAgiT+a05loukBPXvZ1VbOAdNCn2eaVrg';

/** Of all who have a password that was not imported. */
export const OWN_PASSWORD = 'the password of before';

interface Kind {
  user?: Partial<User>;
  password?: 'own' | 'imported';
  totp?: true;
  codes?: true;
  passkey?: true;
  locked?: true;
}

const unreachable = { email: undefined, emailVerified: false };
const phone = { phoneNumber: '+393331234567', phoneNumberVerified: true };

/** Every kind of person that must look like nobody. */
export const kinds = {
  'someone with an app and backup codes': { password: 'own', totp: true, codes: true },
  'someone disabled': { user: { enabled: false }, password: 'own', totp: true, codes: true },
  'someone who is locked out': { password: 'own', totp: true, codes: true, locked: true },
  'someone without a password, with an app': { totp: true },
  'someone with a passkey only': { passkey: true },
  'someone with a passkey only who cannot be reached': { user: unreachable, passkey: true },
  'someone with a code by mail as second factor': { password: 'own' },
  'someone with a code by SMS as second factor': { user: { ...unreachable, ...phone }, password: 'own' },
  'someone without any second factor': { user: unreachable, password: 'own' },
  'someone without anything at all': { user: unreachable },
  'someone imported with a foreign hash': { password: 'imported', totp: true },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** A person of this kind under this name; their passkey, where they have one. */
export async function makePerson(
  { acme, provider }: Sparekey,
  kindName: KindName,
  username: string,
): Promise<SoftAuthenticator | undefined> {
  const kind: Kind = kinds[kindName];
  const { storage, realm } = acme;
  const user = await addUser(storage, realm, { username, ...kind.user });
  const { stores } = storage;
  const { factors } = provider.services;
  const holder = { realmId: realm.id, userId: user.id, policy: realm.policy };
  if (kind.password !== undefined) {
    const phc = kind.password === 'own' ? await provider.engine.hash(OWN_PASSWORD) : FOREIGN;
    await stores.passwords.set(realm.id, user.id, phc);
  }
  if (kind.totp) {
    await stores.totp.add(realm.id, user.id, {
      label: 'Phone',
      secret: randomBytes(20),
      algorithm: 'sha1',
      digits: 6,
      periodSeconds: 30,
      lastStep: 0,
      driftSteps: 0,
      confirmedAt: new Date(),
    });
  }
  let key: SoftAuthenticator | undefined;
  if (kind.passkey) {
    key = new SoftAuthenticator(provider.origin);
    const options = await factors.webauthn.begin(stores, holder, 'account', { realm: 'acme', account: username });
    const check = await factors.webauthn.checkNew(stores, holder, 'account', key.create(options));
    if (!check.matched) throw new Error('a new passkey was not taken');
    await check.confirm(stores, 'Passkey');
  }
  if (kind.codes) await acme.freshCodes({ id: user.id, codes: [] } as never);
  if (kind.locked) await lock(acme, user.id);
  return key;
}

/** As five wrong passwords leave it, for an hour. */
async function lock({ storage, realm }: Sparekey['acme'], subject: UserId): Promise<void> {
  const limit = { failures: 1, firstWaitSeconds: 3600, maxWaitSeconds: 3600, hardStop: 10 };
  await storage.attempts.begin({ realmId: realm.id, factor: 'password', subject }, limit);
}
