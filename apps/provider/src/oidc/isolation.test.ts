import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client, Realm, User } from '@sparekey/realms';
import * as client from 'openid-client';
import { TestBrowser } from '../testing/browser.ts';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { RelyingParty } from '../testing/relying-party.ts';
import { addClient, addRealm, addUser, CALLBACK, openTestStorage, type TestStorage } from '../testing/storage.ts';
import type { InteractionView } from './interaction.ts';

let database: TestStorage;
let provider: TestProvider;
let acme: Realm;
let beta: Realm;
let ada: User;
let rpClient: Client;

const login = () => ({ login: { userId: ada.id, acr: 'urn:sparekey:acr:mfa', amr: ['pwd', 'otp'], remember: true } });

beforeAll(async () => {
  database = await openTestStorage();
  const { storage } = database;
  acme = await addRealm(storage, 'acme');
  beta = await addRealm(storage, 'beta');
  ada = await addUser(storage, acme, { username: 'ada' });
  rpClient = await addClient(storage, acme, { clientId: 'rp' });
  await addClient(storage, acme, { clientId: 'other' });
  await addClient(storage, beta, { clientId: 'rp' });
  await addClient(storage, beta, { clientId: 'only-beta' });
  provider = await startTestProvider(database);
});

beforeEach(() => {
  provider.journey = login;
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

describe('one realm means nothing to another', () => {
  test('a session of one realm is not sent to, and not known by, another', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    expect(rp.browser.cookiesFor(`${provider.origin}/realms/beta/protocol/openid-connect/auth`)).toEqual([]);
    // Even cookies that are carried over by hand open nothing.
    const thief = new TestBrowser();
    thief.plant(rp.browser.steal().map((cookie) => ({ ...cookie, path: '/' })));
    const other = await RelyingParty.of(provider, 'beta', 'rp', { browser: thief });
    const { url } = await other.authorize({ prompt: 'none' });
    expect(url.searchParams.get('error')).toBe('login_required');
  });

  test('codes, tokens and clients of one realm are refused in another', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const same = await RelyingParty.of(provider, 'beta', 'rp');
    const { url, verifier } = await rp.authorize();
    const redeemed = await same.post('token', {
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    expect([redeemed.status, await redeemed.json()]).toMatchObject([400, { error: 'invalid_grant' }]);

    const tokens = await rp.signIn();
    const refreshed = await same.post('token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect([refreshed.status, await refreshed.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect(await client.tokenIntrospection(same.config, tokens.access_token)).toEqual({ active: false });
    await expect(same.userinfo(tokens.access_token, ada.id)).rejects.toMatchObject({ status: 401 });

    const foreign = await RelyingParty.of(provider, 'acme', 'only-beta');
    expect((await foreign.post('token', { grant_type: 'client_credentials' })).status).toBe(401);
  });

  test('an interaction of one realm cannot be opened in another', async () => {
    let seen: InteractionView | undefined;
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    provider.journey = (view) => {
      seen = view;
      return 'access_denied';
    };
    await rp.authorize();
    const response = await rp.browser.request(`${provider.origin}/realms/beta/sign-in/${seen?.uid}`);
    expect(response.status).toBe(410);
  });
});

describe('one browser means nothing to another', () => {
  /** Starts an interaction and returns its address without entering it. */
  async function started(browser: TestBrowser): Promise<URL> {
    const rp = await RelyingParty.of(provider, 'acme', 'rp', { browser });
    const url = client.buildAuthorizationUrl(rp.config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    });
    const response = await browser.request(url);
    return new URL(response.headers.get('location') ?? '', provider.origin);
  }

  test('a sign-in page handed to a victim opens nothing without the cookie of the browser that began it (CVE-2026-7507)', async () => {
    const attacker = new TestBrowser();
    const page = await started(attacker);
    expect((await new TestBrowser().request(page)).status).toBe(410);
    expect((await attacker.request(page)).status).toBe(303);
  });

  test('a cookie of another interaction does not open this one', async () => {
    const victim = new TestBrowser();
    const own = await started(victim);
    const foreign = await started(new TestBrowser());
    victim.plant(
      victim.steal().map((cookie) => ({ ...cookie, path: cookie.path.replace(own.pathname, foreign.pathname) })),
    );
    expect((await victim.request(foreign)).status).toBe(410);
  });

  test('a cookie whose signature does not fit is as good as none', async () => {
    const browser = new TestBrowser();
    const page = await started(browser);
    const forged = browser
      .steal()
      .map((cookie) => (cookie.name.endsWith('.sig') ? { ...cookie, value: 'x'.repeat(27) } : cookie));
    const forger = new TestBrowser();
    forger.plant(forged);
    expect((await forger.request(page)).status).toBe(410);
  });

  test('the way back from the sign-in opens only in the browser that began it', async () => {
    const attacker = new TestBrowser();
    const page = await started(attacker);
    const resumed = (await attacker.request(page)).headers.get('location') ?? '';
    const response = await new TestBrowser().request(resumed);
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });

  test('two tabs sign in side by side', async () => {
    const browser = new TestBrowser();
    const [first, second] = [await started(browser), await started(browser)];
    for (const page of [second, first]) {
      const { url } = await browser.open(page, provider.origin);
      expect(url.searchParams.has('code')).toBe(true);
    }
  });

  test('the session identifier is new after every sign-in, and the cookie is httpOnly, Lax and bound to the realm (H44)', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const values: (string | undefined)[] = [];
    for (let n = 0; n < 2; n += 1) {
      await rp.signIn({ prompt: 'login' });
      values.push(rp.browser.steal().find((cookie) => cookie.name === 'sparekey_session')?.value);
    }
    expect(new Set(values).size).toBe(2);
    const { authorizationUrl } = await rp.authorize();
    const cookies = (await rp.browser.request(authorizationUrl)).headers.getSetCookie();
    const session = cookies.find((line) => line.startsWith('sparekey_session='));
    expect(session).toMatch(/; path=\/realms\/acme\/;/);
    expect(session).toMatch(/; samesite=lax/i);
    expect(session).toMatch(/; httponly/i);
  });
});

describe('one client means nothing to another', () => {
  test('a code of one client is refused to another, and so is a refresh token', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const other = await RelyingParty.of(provider, 'acme', 'other');
    const { url, verifier } = await rp.authorize();
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code_verifier: verifier };
    const stolen = await other.post('token', { ...form, code: url.searchParams.get('code') ?? '' });
    expect([stolen.status, await stolen.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    const tokens = await rp.signIn();
    const refreshed = await other.post('token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect([refreshed.status, await refreshed.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  });

  test('one client cannot revoke the token of another', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const other = await RelyingParty.of(provider, 'acme', 'other');
    const { access_token: token } = await rp.signIn();
    await other.post('revoke', { token });
    expect(await client.tokenIntrospection(rp.config, token)).toMatchObject({ active: true });
  });

  test.each([
    ['no secret', undefined],
    ['a wrong secret', 'Secret'],
    ['an empty secret', ''],
  ])('a confidential client is refused with %s', async (_title, secret) => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const response = await rp.post('token', { grant_type: 'client_credentials' }, secret);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(/^invalid_(client|request)$/) });
  });
});

describe('tokens that someone else made', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** Whether an ID token is taken as a hint at logout, where the provider verifies its own tokens. */
  async function taken(rp: RelyingParty, hint: string): Promise<boolean> {
    const url = new URL(`${provider.origin}/realms/acme/protocol/openid-connect/logout`);
    url.search = new URLSearchParams({ id_token_hint: hint }).toString();
    return (await rp.browser.request(url)).status !== 400;
  }

  test('alg none, HMAC with the public key, and a foreign key id are refused (CVE-2026-11800)', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { id_token: idToken = '' } = await rp.signIn();
    const [header = '', payload = '', signature = ''] = idToken.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const certs = await fetch(`${provider.origin}/realms/acme/protocol/openid-connect/certs`);
    const { keys } = (await certs.json()) as { keys: (JsonWebKey & { kid: string })[] };
    const key = keys.find((each) => each.kid === kid) ?? {};
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const hmac = (secret: string | Buffer) => {
      const input = `${part({ alg: 'HS256', kid })}.${payload}`;
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    };
    expect(await taken(rp, hmac(pem))).toBe(false);
    expect(await taken(rp, hmac(JSON.stringify(key)))).toBe(false);
    expect(await taken(rp, hmac('secret'))).toBe(false);
    expect(await taken(rp, `${part({ alg: 'none' })}.${payload}.`)).toBe(false);
    expect(await taken(rp, `${part({ alg: 'ES256', kid: '../../etc/passwd' })}.${payload}.${signature}`)).toBe(false);
    expect(await taken(rp, `${part({ alg: 'ES256', jwk: key })}.${payload}.${signature}`)).toBe(false);
    expect(await taken(rp, `${header}.${part({ iss: 'x', sub: ada.id, aud: 'rp' })}.${signature}`)).toBe(false);
  });
});

describe('what is switched off stops at once', () => {
  test('a disabled person: userinfo 401, introspection inactive, no refresh, no silent sign-in', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const bob = await addUser(database.storage, acme, { username: 'bob' });
    provider.journey = () => ({ login: { ...login().login, userId: bob.id } });
    const tokens = await rp.signIn();
    await database.storage.stores.users.update({ ...bob, enabled: false });
    await expect(rp.userinfo(tokens.access_token, bob.id)).rejects.toMatchObject({ status: 401 });
    expect(await client.tokenIntrospection(rp.config, tokens.access_token)).toEqual({ active: false });
    const refreshed = await rp.post('token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect([refreshed.status, await refreshed.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    const { url } = await rp.authorize({ prompt: 'none' });
    expect(url.searchParams.get('error')).toBe('login_required');
  });

  test('a disabled client within a second: no tokens, no authorization, its tokens inactive for others', async () => {
    const other = await RelyingParty.of(provider, 'acme', 'other');
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const tokens = await rp.signIn();
    await database.storage.stores.clients.update({ ...rpClient, enabled: false });
    await eventually(async () => {
      expect((await rp.post('token', { grant_type: 'client_credentials' })).status).toBe(401);
    });
    expect(await client.tokenIntrospection(other.config, tokens.access_token)).toEqual({ active: false });
    expect((await rp.authorize()).response.status).toBe(400);
    await database.storage.stores.clients.update({ ...rpClient, enabled: true });
    await eventually(async () => {
      expect((await rp.authorize()).url.searchParams.has('code')).toBe(true);
    });
  });

  test('a disabled realm within a second: everything is refused; an unknown realm is not found', async () => {
    const address = `${provider.origin}/realms/beta/.well-known/openid-configuration`;
    expect((await fetch(address)).status).toBe(200);
    await database.storage.stores.realms.update({ ...beta, enabled: false });
    await eventually(async () => {
      expect((await fetch(address)).status).toBe(403);
    });
    expect((await fetch(address.replace('beta', 'nobody'))).status).toBe(404);
  });
});

/** Repeats an expectation until it holds, for one second: the promise of the cache. */
async function eventually(expectation: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 1000;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
