import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { OrganizationId, UserId } from '@sparekey/contracts';
import { type PolicyInput, withAssignments } from '@sparekey/policy';
import { changePolicy } from '@sparekey/realms';
import { createTestDatabase, type TestDatabase } from '@sparekey/testing';
import { type Acme, createAcme } from './acme.ts';
import { type HostedProvider, startHostedProvider } from './hosted.ts';
import { addUser } from './storage.ts';
import { Visitor } from './visitor.ts';

export interface HostedAcme {
  readonly acme: Acme;
  readonly provider: HostedProvider;
  /** Somebody with a browser of their own. */
  visitor(): Visitor;
  /** Changes the policy, of the realm or of an organization, and comes back when the provider has heard of it. */
  set(assignments: string[], organizationId?: OrganizationId): Promise<void>;
  organization(alias: string, ...members: { id: UserId }[]): Promise<OrganizationId>;
  /** Someone with a password alone. */
  withPassword(): Promise<{ id: UserId; username: string; password: string }>;
}

const PASSWORD = 'correct horse battery staple';

/** Realm acme and the hosted pages in this process, with cheap hashes, from beforeAll to afterAll. */
export function useHostedAcme(policy: PolicyInput = {}, options: { mail?: boolean } = { mail: false }): HostedAcme {
  let database: TestDatabase | undefined;
  let acme: Acme | undefined;
  let provider: HostedProvider | undefined;
  let people = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    acme = await createAcme(database.url, randomBytes(32), policy);
    provider = await startHostedProvider(acme, options);
  });
  afterAll(async () => {
    await provider?.close();
    await acme?.close();
    await database?.drop();
  });
  const present = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('it runs from beforeAll on');
    return part;
  };
  const here: HostedAcme = {
    get acme() {
      return present(acme);
    },
    get provider() {
      return present(provider);
    },
    visitor: () => {
      const { origin } = here.provider;
      return new Visitor({ origin, processes: [{ address: origin }] });
    },
    async set(assignments, organizationId) {
      const { storage, realm } = here.acme;
      // The provider listens on the same storage, and listened first.
      const heard = new Promise<void>((resolve) => {
        const stop = storage.onRealmChanged(() => {
          stop();
          resolve();
        });
      });
      const of = organizationId === undefined ? undefined : { id: organizationId };
      await storage.transaction((stores) =>
        changePolicy(stores, realm, of, {
          revise: (present) => withAssignments(present, assignments),
          actor: { kind: 'operator', name: 'test' },
        }),
      );
      await heard;
    },
    async organization(alias, ...members) {
      const { storage, realm } = here.acme;
      const fields = { realmId: realm.id, name: alias, alias, enabled: true, domains: [], attributes: {} };
      const { id } = await storage.stores.organizations.create(fields);
      for (const member of members) await storage.stores.organizations.join(realm.id, id, member.id);
      return id;
    },
    async withPassword() {
      const { storage, realm } = here.acme;
      const username = `password-only-${people++}`;
      const { id } = await addUser(storage, realm, { username });
      await storage.stores.passwords.set(realm.id, id, await here.provider.engine.hash(PASSWORD));
      return { id, username, password: PASSWORD };
    },
  };
  return here;
}
