import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { advanceRotation, publishSigningKey, type Realm, signingAlgs, type User } from '@sparekey/realms';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { RelyingParty } from '../testing/relying-party.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let database: TestStorage;
/** Two processes, as far as the database and the caches can tell. */
let providers: TestProvider[];
let realm: Realm;
let ada: User;

beforeAll(async () => {
  database = await openTestStorage();
  realm = await addRealm(database.storage, 'acme');
  ada = await addUser(database.storage, realm, { username: 'ada' });
  for (const alg of signingAlgs) await addClient(database.storage, realm, { clientId: alg, idTokenAlg: alg });
  const port = await startTestProvider({ storage: database.storage });
  providers = [port, await startTestProvider({ storage: await database.another() }, port.origin)];
  for (const provider of providers) {
    provider.journey = () => ({ login: { userId: ada.id, acr: 'urn:sparekey:acr:1fa', amr: ['pwd'], remember: true } });
  }
});

afterAll(async () => {
  for (const provider of providers) await provider.close();
  await database.close();
});

/** How long relying parties of this test keep a key set without asking again, in milliseconds. */
const CACHE_MS = 300;

/** A relying party that never asks for a key before its copy is too old: the strictest kind. */
class CachingVerifier {
  readonly #address: string;
  #copy: { keys: JSONWebKeySet; at: number } | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  knows(kid: string): boolean {
    return this.#copy?.keys.keys.some((key) => key.kid === kid) === true;
  }

  /** The key that verifies; rejects when the copy has none. */
  async verify(idToken: string, issuer: string): Promise<string> {
    if (this.#copy === undefined || performance.now() - this.#copy.at > CACHE_MS) {
      const keys = (await (await fetch(this.#address)).json()) as JSONWebKeySet;
      this.#copy = { keys, at: performance.now() };
    }
    const { protectedHeader } = await jwtVerify(idToken, createLocalJWKSet(this.#copy.keys), { issuer });
    return String(protectedHeader.kid);
  }
}

/** Lets the load go on until something holds, for at most ten seconds. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('nothing moved for ten seconds');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('keys rotate under load, in every algorithm and through two processes, and no verification fails', async () => {
  const issuer = `${providers[0]?.origin}/realms/acme`;
  const { storage } = database;
  const actor = { kind: 'system' } as const;
  const timing = { publishSeconds: 7200, retireSeconds: 7200 };
  const later = () => new Date(Date.now() + 8000 * 1000);

  const signed = new Map<string, Set<string>>(signingAlgs.map((alg) => [alg, new Set()]));
  const verifiers: CachingVerifier[] = [];
  const failures: unknown[] = [];
  let verified = 0;
  let rotating = true;
  const load = signingAlgs.flatMap((alg) =>
    providers.map(async (provider) => {
      const verifier = new CachingVerifier(`${provider.listening}/realms/acme/protocol/openid-connect/certs`);
      verifiers.push(verifier);
      const rp = await RelyingParty.of(provider, 'acme', alg, { idTokenAlg: alg });
      while (rotating && failures.length === 0) {
        try {
          const tokens = await rp.signIn();
          signed.get(alg)?.add(await verifier.verify(tokens.id_token ?? '', issuer));
          verified += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    }),
  );

  for (let rotation = 1; rotation <= 3 && failures.length === 0; rotation += 1) {
    const next = await storage.transaction((stores) =>
      Promise.all(signingAlgs.map((alg) => publishSigningKey(stores, realm.id, alg, actor))),
    );
    // The two hours of a real rotation are there for this: every copy of the key set holds the new key by then.
    await until(() => failures.length > 0 || verifiers.every((verifier) => next.every((kid) => verifier.knows(kid))));
    const early = await storage.transaction((stores) => advanceRotation(stores, realm.id, new Date(), timing, actor));
    expect(early).toEqual([]);
    for (const alg of signingAlgs) for (const kid of next) expect(signed.get(alg)).not.toContain(kid);
    await storage.transaction((stores) => advanceRotation(stores, realm.id, later(), timing, actor));
    await until(() => failures.length > 0 || signingAlgs.every((alg) => signed.get(alg)?.size === rotation + 1));
  }
  rotating = false;
  await Promise.all(load);

  expect(failures).toEqual([]);
  expect(signingAlgs.map((alg) => signed.get(alg)?.size)).toEqual([4, 4, 4]);
  expect(verified).toBeGreaterThan(50);
}, 60_000);
