import type { UserId } from '@sparekey/contracts';
import type { Realm } from '@sparekey/realms';
import { Directory } from '../../src/testing/directory.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

/** A realm that a provider serves to directories, from before the first test of a file until after its last. */
export function useServedRealm() {
  let opened: TestStorage;
  let provider: HostedProvider;
  let realm: Realm;

  beforeAll(async () => {
    opened = await openTestStorage();
    provider = await startHostedProvider(opened);
    realm = await addRealm(opened.storage, 'acme');
  });
  afterAll(async () => {
    await provider.close();
    await opened.close();
  });

  return {
    get storage() {
      return opened.storage;
    },
    get realm() {
      return realm;
    },
    /** Somebody whom no directory wrote, with an address of `secret.example`. */
    async account(username: string, where = realm): Promise<UserId> {
      const { id } = await opened.storage.stores.users.create({
        realmId: where.id,
        username,
        email: `${username}@secret.example`,
        emailVerified: true,
        phoneNumberVerified: false,
        enabled: true,
        attributes: {},
        requiredActions: [],
      });
      return id;
    },
    /** A directory of this realm, or of another one. */
    connect: (options?: Parameters<typeof Directory.connect>[3], to = realm) =>
      Directory.connect(opened.storage, provider, to, options),
  };
}
