import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AccountOperation, accountOperations } from '@sparekey/contracts';
import type { Realm, User } from '@sparekey/realms';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type ApiProvider, type SignInOptions, startApiProvider } from '../testing/account-api.ts';
import { addClient, addRealm, addUser, CALLBACK, openTestStorage, type TestStorage } from '../testing/storage.ts';

const RECOVERY = 'urn:sparekey:acr:recovery';
const scopes = ['profile', 'account'];

let database: TestStorage;
let api: ApiProvider;
let realm: Realm;
let other: Realm;
let ada: User;
let number = 0;

beforeAll(async () => {
  database = await openTestStorage();
  const { storage } = database;
  realm = await addRealm(storage, 'acme');
  other = await addRealm(storage, 'other');
  await addClient(storage, realm, { clientId: 'app', scopes, serviceAccount: true });
  await addClient(storage, realm, { clientId: 'careful', scopes, consentRequired: true });
  await addClient(storage, realm, { clientId: 'leaving', scopes });
  await addClient(storage, realm, { clientId: 'plain', scopes: ['profile'] });
  await addClient(storage, other, { clientId: 'app', scopes });
  api = await startApiProvider(database);
});

beforeEach(async () => {
  ada = await addUser(database.storage, realm, { username: `ada-${number++}` });
});

afterAll(async () => {
  await api.close();
  await database.close();
});

const profile = (token?: string, headers: Record<string, string> = {}) =>
  api.call('acme', 'GET /profile', { token, headers });
const challengeOf = ({ headers }: { headers: Headers }) => headers.get('www-authenticate');
const anyId = '0198c0de-0000-7000-8000-000000000000';
const everyOperation = Object.entries<AccountOperation>(accountOperations).map(([id, { method, path, needs }]) => ({
  id,
  call: `${method} ${path.replace('{id}', anyId)}`,
  needs,
}));

/** A change of a client reaches every process within a second. */
async function withinASecond(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 1000; !(await holds()) && Date.now() < end; );
}

test('a token with the scope reads the profile of its own person, and no answer may be kept', async () => {
  const { accessToken } = await api.tokens({ user: ada });
  const answer = await profile(accessToken);
  expect(answer).toMatchObject({ status: 200, body: { id: ada.id, username: ada.username } });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

describe('what is no live token of the realm is refused, and which of the reasons it is stays untold', () => {
  const tokens = (more: Partial<SignInOptions> = {}) => api.tokens({ user: ada, ...more });
  const cases: Record<string, () => Promise<string>> = {
    'made up': async () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'of another realm': async () => {
      const user = await addUser(database.storage, other, { username: `there-${number++}` });
      return (await tokens({ user, realm: 'other' })).accessToken;
    },
    'a refresh token': async () => (await tokens()).refreshToken,
    expired: async () => {
      const { accessToken } = await tokens();
      const text = `update oidc_token set expires_at = now() - interval '1 second' where account_id = $1`;
      await database.storage.database.count({ name: 'test_expire', text, values: [ada.id] });
      return accessToken;
    },
    revoked: async () => {
      const { accessToken, rp } = await tokens();
      await rp.post('revoke', { token: accessToken });
      return accessToken;
    },
    'of a service account': async () => {
      const { rp } = await tokens();
      const answer = await rp.post('token', { grant_type: 'client_credentials' });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    'of a session that was ended': async () => {
      const { accessToken } = await tokens();
      await database.storage.stores.sessions.endAll(realm.id, ada.id);
      return accessToken;
    },
    'with offline access, of a session that was left': async () => {
      const { accessToken, rp } = await tokens({
        scope: 'openid account offline_access',
        parameters: { prompt: 'consent' },
      });
      expect((await profile(accessToken)).status).toBe(200);
      const [session] = await database.storage.stores.sessions.list(realm.id, ada.id);
      await database.storage.stores.sessions.end(realm.id, ada.id, session?.uid ?? '', { keepOffline: true });
      // It is good elsewhere.
      expect(await rp.userinfo(accessToken, ada.id)).toMatchObject({ sub: ada.id });
      return accessToken;
    },
    'that is bound to a key, and sent without its proof (RFC 9449)': async () => {
      const { rp } = await tokens();
      const { url, verifier } = await rp.authorize({ scope: 'openid account' });
      const { publicKey, privateKey } = await generateKeyPair('ES256');
      const endpoint = `${api.provider.origin}/realms/acme/protocol/openid-connect/token`;
      const proof = await new SignJWT({ jti: crypto.randomUUID(), htm: 'POST', htu: endpoint })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
        .setIssuedAt()
        .sign(privateKey);
      const code = url.searchParams.get('code') ?? '';
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
      const headers = { authorization: `Basic ${btoa('app:secret')}`, dpop: proof };
      const answer = await fetch(endpoint, { method: 'POST', headers, body: new URLSearchParams(form) });
      const issued = (await answer.json()) as { access_token: string; token_type: string };
      expect(issued.token_type).toBe('DPoP');
      return issued.access_token;
    },
    'of a client that was disabled': async () => {
      const { accessToken } = await tokens({ clientId: 'leaving' });
      const client = await database.storage.stores.clients.byClientId(realm.id, 'leaving');
      if (client === undefined) throw new Error('no client');
      await database.storage.stores.clients.update({ ...client, enabled: false });
      await withinASecond(async () => (await profile(accessToken)).status !== 200);
      return accessToken;
    },
    'of a person who was disabled': async () => {
      const { accessToken } = await tokens();
      await database.storage.stores.users.update({ ...ada, enabled: false });
      return accessToken;
    },
  };

  test.each(Object.keys(cases))('%s', async (name) => {
    const token = (await cases[name]?.()) ?? '';
    const answer = await profile(token);
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(answer.body.detail).toBeUndefined();
    expect(challengeOf(answer)).toBe('Bearer realm="acme", error="invalid_token"');
  });
});

test('the cookie of a session opens nothing, nor does a token in the address or under another scheme', async () => {
  const { accessToken, rp } = await api.tokens({ user: ada });
  const url = `${api.provider.origin}/realms/acme/account/api/profile`;
  expect(rp.browser.cookiesFor(url).map(({ name }) => name)).toContain('sparekey_session');
  const byCookie = await rp.browser.request(url);
  expect(byCookie.status).toBe(401);
  expect(challengeOf(byCookie)).toBe('Bearer realm="acme", scope="account"');
  expect(byCookie.headers.get('content-type')).toContain('application/problem+json');
  expect((await api.call('acme', `GET /profile?access_token=${accessToken}`)).status).toBe(401);
  expect((await profile(undefined, { authorization: `DPoP ${accessToken}` })).status).toBe(401);
});

test('H45: a scope that is taken from its application closes the API to tokens that are out (GHSA-895x-rfqp-jh5c)', async () => {
  const { accessToken } = await api.tokens({ user: ada, clientId: 'careful' });
  expect((await profile(accessToken)).status).toBe(200);
  const client = await database.storage.stores.clients.byClientId(realm.id, 'careful');
  if (client === undefined) throw new Error('no client');
  await database.storage.stores.clients.update({ ...client, scopes: ['profile'] });
  await withinASecond(async () => (await profile(accessToken)).status !== 200);
  expect(await profile(accessToken)).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
});

test('a client that was not given the scope does not get it', async () => {
  await expect(api.tokens({ user: ada, clientId: 'plain' })).rejects.toMatchObject({ error: 'invalid_scope' });
});

test('a refreshed token has the sign-in of the first, and introspection tells it (RFC 9470 §6.2)', async () => {
  const { refreshToken, rp } = await api.tokens({ user: ada, ageSeconds: 1000 });
  const answer = await rp.post('token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const told = (await (await rp.post('token/introspect', { token })).json()) as Record<string, unknown>;
  expect(told).toMatchObject({ active: true, acr: 'urn:sparekey:acr:mfa' });
  expect(Math.abs(Number(told.auth_time) - (Date.now() / 1000 - 1000))).toBeLessThan(30);
});

describe('every operation', () => {
  let walker: Record<'mine' | 'narrow' | 'recovery' | 'stale', string>;
  beforeAll(async () => {
    const user = await addUser(database.storage, realm, { username: 'walker' });
    walker = {
      mine: (await api.tokens({ user })).accessToken,
      narrow: (await api.tokens({ user, scope: 'openid profile' })).accessToken,
      recovery: (await api.tokens({ user, acr: RECOVERY })).accessToken,
      stale: (await api.tokens({ user, ageSeconds: 301 })).accessToken,
    };
  });

  test.each(everyOperation)(
    'H49: $id is closed to nobody, to another realm and to a token without the scope (CVE-2024-42490)',
    async ({ call }) => {
      const nobody = await api.call('acme', call);
      expect([nobody.status, challengeOf(nobody)]).toEqual([401, 'Bearer realm="acme", scope="account"']);
      const elsewhere = await api.call('other', call, { token: walker.mine });
      expect([elsewhere.status, challengeOf(elsewhere)]).toEqual([401, 'Bearer realm="other", error="invalid_token"']);
      const narrow = await api.call('acme', call, { token: walker.narrow });
      const challenge = 'Bearer realm="acme", error="insufficient_scope", scope="account"';
      expect([narrow.status, challengeOf(narrow)]).toEqual([403, challenge]);
    },
  );

  const repairs = everyOperation.filter(({ needs }) =>
    'read' in needs ? needs.read === 'repair' : needs.change === 'add_factor',
  );
  test.each(repairs)('$id is open to a recovery, which needs it to repair', async ({ call }) => {
    const answer = await api.call('acme', call, { token: walker.recovery });
    // What else it asks for (a body) is its own matter.
    expect([401, 403]).not.toContain(answer.status);
  });

  const beyond = everyOperation.filter((operation) => !repairs.includes(operation));
  test.each(beyond)('R7: $id is closed to a recovery (CVE-2026-3429)', async ({ call }) => {
    const answer = await api.call('acme', call, { token: walker.recovery });
    expect(answer).toMatchObject({ status: 401, body: { code: 'insufficient_user_authentication' } });
    expect(challengeOf(answer)).toContain('acr_values="urn:sparekey:acr:mfa"');
  });

  const changes = everyOperation.filter(({ needs }) => 'change' in needs);
  test.each(changes)('$id changes nothing on an old proof, and says how old it may be', async ({ call }) => {
    const answer = await api.call('acme', call, { token: walker.stale });
    expect(answer).toMatchObject({ status: 401, body: { code: 'insufficient_user_authentication' } });
    expect(challengeOf(answer)).toContain('max_age="300"');
  });

  test('what no operation answers is not found, and another method is told which ones are', async () => {
    for (const call of ['GET /nothing', 'GET /factors/', 'GET /profile/x', 'GET /../profile'])
      expect([call, (await api.call('acme', call, { token: walker.mine })).status]).toEqual([call, 404]);
    const answer = await api.call('acme', 'PUT /profile', { token: walker.mine });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PATCH']);
  });
});
