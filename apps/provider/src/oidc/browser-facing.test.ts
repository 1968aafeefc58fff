import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client, Realm, User } from '@sparekey/realms';
import { TestBrowser } from '../testing/browser.ts';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { RelyingParty } from '../testing/relying-party.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';
import type { InteractionView } from './interaction.ts';

let database: TestStorage;
let provider: TestProvider;
let realm: Realm;
let ada: User;
let careful: Client;

const login = () => ({ userId: ada.id, acr: 'urn:sparekey:acr:mfa', amr: ['pwd', 'otp'], remember: true });

beforeAll(async () => {
  database = await openTestStorage();
  const { storage } = database;
  realm = await addRealm(storage, 'acme');
  await addClient(storage, realm, { clientId: 'rp' });
  careful = await addClient(storage, realm, { clientId: 'careful', consentRequired: true });
  await addClient(storage, realm, { clientId: 'spa', publicClient: true, webOrigins: ['https://spa.example'] });
  await addClient(storage, realm, { clientId: 'plus', publicClient: true, webOrigins: ['+'] });
  await addClient(storage, realm, { clientId: 'closed', publicClient: true });
  provider = await startTestProvider(database);
});

beforeEach(async () => {
  ada = await addUser(database.storage, realm, { username: `ada-${crypto.randomUUID()}` });
  provider.journey = () => ({ login: login() });
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

describe('consent', () => {
  test('a client that needs it is asked for in an interaction of its own kind, with what is missing', async () => {
    const seen: InteractionView[] = [];
    provider.journey = (view) => {
      seen.push(view);
      return view.prompt.name === 'login'
        ? { login: login() }
        : { consent: { scopes: view.consent.missingScopes, claims: view.consent.missingClaims } };
    };
    const rp = await RelyingParty.of(provider, 'acme', 'careful');
    const claims = JSON.stringify({ userinfo: { phone_number: null }, id_token: { acr: null } });
    const tokens = await rp.signIn({ scope: 'openid email', claims });
    expect(tokens.scope).toBe('openid email');
    expect(seen.map(({ prompt }) => prompt.name)).toEqual(['login', 'consent']);
    expect(seen[1]).toMatchObject({
      client: { clientId: 'careful', consentRequired: true },
      consent: { missingScopes: ['openid', 'email'], missingClaims: ['phone_number'] },
    });
  });

  test('what was allowed in this session is not asked again; more is', async () => {
    const asked: string[][] = [];
    provider.journey = (view) => {
      if (view.prompt.name === 'consent') asked.push(view.consent.missingScopes);
      return {
        ...(view.prompt.name === 'login' ? { login: login() } : {}),
        consent: { scopes: view.requested.scopes, claims: [] },
      };
    };
    const rp = await RelyingParty.of(provider, 'acme', 'careful');
    await rp.signIn();
    expect((await rp.authorize({ prompt: 'none' })).url.searchParams.has('code')).toBe(true);
    const denied = await rp.authorize({ prompt: 'none', scope: 'openid groups' });
    expect(denied.url.searchParams.get('error')).toBe('consent_required');
    await rp.signIn({ scope: 'openid groups' });
    expect(asked).toEqual([['groups']]);
  });

  test('what was allowed in any session before is granted without asking', async () => {
    await database.storage.stores.consents.grant(realm.id, ada.id, careful.id, {
      scopes: ['openid', 'email'],
      claims: [],
    });
    const prompts: string[] = [];
    provider.journey = (view) => {
      prompts.push(view.prompt.name);
      return view.prompt.name === 'login' ? { login: login() } : 'access_denied';
    };
    const rp = await RelyingParty.of(provider, 'acme', 'careful');
    expect((await rp.signIn({ scope: 'openid email' })).scope).toBe('openid email');
    expect(prompts).toEqual(['login']);
  });

  test('what the person left out is not in the token', async () => {
    provider.journey = () => ({ login: login(), consent: { scopes: ['openid'], claims: [] } });
    const rp = await RelyingParty.of(provider, 'acme', 'careful');
    const tokens = await rp.signIn({ scope: 'openid email' });
    expect(tokens.scope).toBe('openid');
    expect(await rp.userinfo(tokens.access_token, ada.id)).toEqual({ sub: ada.id });
  });

  test('a scope that the client may not ask for is refused', async () => {
    await addClient(database.storage, realm, { clientId: `narrow-${ada.id}`, scopes: ['email'] });
    const rp = await RelyingParty.of(provider, 'acme', `narrow-${ada.id}`);
    const { url } = await rp.authorize({ scope: 'openid groups' });
    expect(url.searchParams.get('error')).toBe('invalid_scope');
  });
});

describe('ways back to the client', () => {
  test('the fragment carries the answer when asked for', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { url } = await rp.authorize({ response_mode: 'fragment' });
    expect(new URLSearchParams(url.hash.slice(1)).has('code')).toBe(true);
  });

  test('form_post leads to the client although forms lead nowhere else, and runs its own script only', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { response } = await rp.authorize({ response_mode: 'form_post' });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/form-action 'self' https:\/\/app\.example(;|$)/);
    expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]+'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(await response.text()).toContain('action="https://app.example/callback"');
  });

  test('an error page opens no form target, whatever the request says', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { response } = await rp.authorize({ redirect_uri: 'https://evil.example/callback' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-security-policy')).not.toContain('evil.example');
  });

  test('redirects after a sign-in are 303, never a repeated post (RFC 9700 §4.12)', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const first = await rp.browser.request((await rp.authorize({ prompt: 'login' })).authorizationUrl);
    expect(first.status).toBe(303);
  });
});

describe('calls by pages of other origins', () => {
  const call = (clientId: string, origin: string) =>
    fetch(`${provider.origin}/realms/acme/protocol/openid-connect/token`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: clientId }),
    });

  test.each([
    ['spa', 'https://spa.example', 'https://spa.example'],
    ['spa', 'https://evil.example', null],
    ['spa', 'https://spa.example.evil.example', null],
    ['spa', 'null', null],
    ['plus', 'https://app.example', 'https://app.example'],
    ['plus', 'https://evil.example', null],
    ['closed', 'https://app.example', null],
  ])('client %s called from %s: allowed for %s', async (clientId, origin, allowed) => {
    const response = await call(clientId, origin);
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('the authorization endpoint allows no origin', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'spa', { secret: undefined });
    const { authorizationUrl } = await rp.authorize();
    const response = await fetch(authorizationUrl, { headers: { origin: 'https://spa.example' }, redirect: 'manual' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the account pages', () => {
  test('sign people in through a client that is in every realm and in no table', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'account', {
      secret: undefined,
      redirectUri: `${provider.origin}/realms/acme/account/return`,
    });
    const { url } = await rp.authorize();
    expect(url.pathname).toBe('/realms/acme/account/return');
    expect(url.searchParams.has('code')).toBe(true);
    expect(await database.storage.stores.clients.byClientId(realm.id, 'account')).toBeUndefined();
  });

  test('know the session of the browser by its cookie, and no other', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    const current = await rp.browser.request(`${provider.origin}/realms/acme/current-session`);
    expect(await current.json()).toMatchObject({ userId: ada.id, acr: 'urn:sparekey:acr:mfa', amr: ['pwd', 'otp'] });
    const stranger = await new TestBrowser().request(`${provider.origin}/realms/acme/current-session`);
    expect(await stranger.json()).toBeNull();
  });
});
