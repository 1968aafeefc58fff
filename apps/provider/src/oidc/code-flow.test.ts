import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Realm, User } from '@sparekey/realms';
import * as client from 'openid-client';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { RelyingParty } from '../testing/relying-party.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

let database: TestStorage;
let provider: TestProvider;
let realm: Realm;
let ada: User;

const MFA = 'urn:sparekey:acr:mfa';
const ONE = 'urn:sparekey:acr:1fa';

beforeAll(async () => {
  database = await openTestStorage();
  const { storage } = database;
  realm = await addRealm(storage, 'acme');
  ada = await addUser(storage, realm, { username: 'ada', firstName: 'Ada', lastName: 'Byron' });
  await addClient(storage, realm, { clientId: 'rp' });
  await addClient(storage, realm, { clientId: 'spa', publicClient: true, webOrigins: ['+'] });
  await addClient(storage, realm, { clientId: 'rsa', idTokenAlg: 'RS256' });
  await addClient(storage, realm, { clientId: 'eddsa', idTokenAlg: 'EdDSA' });
  await addClient(storage, realm, { clientId: 'machine', standardFlow: false, redirectUris: [], serviceAccount: true });
  provider = await startTestProvider(database);
});

beforeEach(() => {
  provider.journey = () => ({ login: { userId: ada.id, acr: MFA, amr: ['pwd', 'otp', 'mfa'], remember: true } });
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

describe('the code flow', () => {
  test('gives an ID token that tells who signed in, how, and when, signed with ES256 by default', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const tokens = await rp.signIn({ nonce: 'n-1' });
    expect(tokens.claims()).toMatchObject({
      iss: `${provider.origin}/realms/acme`,
      sub: ada.id,
      aud: 'rp',
      nonce: 'n-1',
      acr: MFA,
      amr: ['pwd', 'otp', 'mfa'],
      auth_time: expect.any(Number),
    });
    const header = JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toMatchObject({ alg: 'ES256', kid: expect.any(String) });
  });

  test.each([
    ['rsa', 'RS256'],
    ['eddsa', 'EdDSA'],
  ])('signs with the algorithm of the client: %s → %s', async (clientId, alg) => {
    const rp = await RelyingParty.of(provider, 'acme', clientId, { idTokenAlg: alg });
    const tokens = await rp.signIn();
    const header = JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString());
    expect(header.alg).toBe(alg);
  });

  test('names the issuer in the authorization response (RFC 9207)', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { url } = await rp.authorize();
    expect(url.searchParams.get('iss')).toBe(`${provider.origin}/realms/acme`);
  });

  test('tells of a person what the granted scopes name, in Keycloak shapes', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const tokens = await rp.signIn({ scope: 'openid profile email roles groups organization' });
    const expected = { name: 'Ada Byron', preferred_username: 'ada', email: 'ada@example.com', email_verified: true };
    expect(tokens.claims()).toMatchObject(expected);
    const userinfo = await rp.userinfo(tokens.access_token, ada.id);
    expect(userinfo).toMatchObject(expected);
    expect(userinfo).not.toHaveProperty('acr');
  });

  test('tells nothing of a person beyond the granted scopes', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const tokens = await rp.signIn();
    expect(await rp.userinfo(tokens.access_token, ada.id)).toEqual({ sub: ada.id });
  });

  test('gives single claims that the claims parameter asks for', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const claims = JSON.stringify({ userinfo: { email: null }, id_token: { given_name: null } });
    const tokens = await rp.signIn({ claims });
    expect(tokens.claims()).toMatchObject({ given_name: 'Ada' });
    expect(await rp.userinfo(tokens.access_token, ada.id)).toEqual({ sub: ada.id, email: 'ada@example.com' });
  });

  test('signs in a second client of the realm without asking again', async () => {
    const first = await RelyingParty.of(provider, 'acme', 'rp');
    await first.signIn();
    provider.journey = () => 'access_denied';
    const second = await RelyingParty.of(provider, 'acme', 'spa', { secret: undefined, browser: first.browser });
    const tokens = await second.signIn();
    expect(tokens.claims()?.sub).toBe(ada.id);
  });
});

describe('refresh', () => {
  test('rotates every time; the spent token is refused', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const first = await rp.signIn();
    const second = await client.refreshTokenGrant(rp.config, first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const replay = await rp.post('token', { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' });
    expect([replay.status, await replay.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    const afterReplay = await rp.post('token', {
      grant_type: 'refresh_token',
      refresh_token: second.refresh_token ?? '',
    });
    expect([afterReplay.status, await afterReplay.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  });
});

describe('client credentials, introspection, revocation', () => {
  test('a confidential client with a service account gets a token for itself', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'machine');
    const tokens = await client.clientCredentialsGrant(rp.config, { scope: 'roles' });
    const seen = await client.tokenIntrospection(rp.config, tokens.access_token);
    expect(seen).toMatchObject({ active: true, client_id: 'machine', token_type: 'Bearer' });
  });

  test('a client without a service account gets none', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const response = await rp.post('token', { grant_type: 'client_credentials' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  test('introspection tells a resource server who it is and what they may, until the token is revoked', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const resource = await RelyingParty.of(provider, 'acme', 'machine');
    const { access_token: token } = await rp.signIn({ scope: 'openid roles' });
    expect(await client.tokenIntrospection(resource.config, token)).toMatchObject({
      active: true,
      sub: ada.id,
      username: 'ada',
      client_id: 'rp',
    });
    await client.tokenRevocation(rp.config, token);
    expect(await client.tokenIntrospection(resource.config, token)).toEqual({ active: false });
  });

  test('a public client learns nothing of the tokens of others', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const spa = await RelyingParty.of(provider, 'acme', 'spa', { secret: undefined });
    const { access_token: token } = await rp.signIn();
    expect(await client.tokenIntrospection(spa.config, token)).toEqual({ active: false });
  });
});

describe('prompts', () => {
  test('prompt=none never shows a page: without a session the client gets login_required', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { url } = await rp.authorize({ prompt: 'none' });
    expect(url.searchParams.get('error')).toBe('login_required');
    expect(rp.browser.visited.some((visited) => visited.includes('/sign-in/'))).toBe(false);
  });

  test('prompt=none with a session too weak for acr_values shows no page either', async () => {
    provider.journey = () => ({ login: { userId: ada.id, acr: ONE, amr: ['pwd'], remember: true } });
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    const { url } = await rp.authorize({ prompt: 'none', acr_values: MFA });
    expect(url.searchParams.get('error')).toBe('login_required');
  });

  test('plain acr_values step up a weaker session, and tell the journey what is wanted', async () => {
    provider.journey = () => ({ login: { userId: ada.id, acr: ONE, amr: ['pwd'], remember: true } });
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    provider.journey = (view) => {
      expect(view).toMatchObject({
        prompt: { name: 'login', reasons: ['acr_insufficient'] },
        requested: { acrValues: [MFA], acrEssential: false },
        session: { userId: ada.id, acr: ONE, amr: ['pwd'], authTime: expect.any(Number) },
      });
      return { login: { userId: ada.id, acr: MFA, amr: ['pwd', 'otp', 'mfa'], remember: true } };
    };
    const tokens = await rp.signIn({ acr_values: MFA });
    expect(tokens.claims()?.acr).toBe(MFA);
  });

  test('an mfa session answers a request for 1fa without asking', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    provider.journey = () => 'access_denied';
    expect((await rp.signIn({ acr_values: ONE })).claims()?.sub).toBe(ada.id);
  });

  test('a stronger session answers an essential 1fa by that name, without asking (OIDC Core §5.5.1.1)', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    provider.journey = () => 'access_denied';
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: [ONE] } } });
    expect((await rp.signIn({ claims })).claims()?.acr).toBe(ONE);
    expect((await rp.signIn()).claims()?.acr).toBe(MFA);
  });

  test('the ID token of a code tells how its own sign-in was proven, whatever its session did since', async () => {
    provider.journey = () => ({ login: { userId: ada.id, acr: MFA, amr: ['hwk', 'user', 'mfa'], remember: true } });
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const first = await rp.authorize();
    provider.journey = () => ({ login: { userId: ada.id, acr: ONE, amr: ['pwd'], remember: true } });
    expect((await rp.signIn({ prompt: 'login' })).claims()).toMatchObject({ acr: ONE, amr: ['pwd'] });
    const tokens = await client.authorizationCodeGrant(rp.config, first.url, {
      pkceCodeVerifier: first.verifier,
      expectedState: first.state,
    });
    expect(tokens.claims()).toMatchObject({ acr: MFA, amr: ['hwk', 'user', 'mfa'] });
  });

  test('a recovery session never answers an essential mfa: the client gets an error, no code', async () => {
    provider.journey = () => ({
      login: { userId: ada.id, acr: 'urn:sparekey:acr:recovery', amr: ['pwd', 'mfa'], remember: true },
    });
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: [MFA] } } });
    const { url } = await rp.authorize({ claims });
    expect(url.searchParams.get('error')).toBe('unmet_authentication_requirements');
    expect(url.searchParams.has('code')).toBe(false);
  });

  test('unknown acr_values are ignored, essential unknown ones are refused', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    expect((await rp.signIn({ acr_values: 'urn:unknown' })).claims()?.acr).toBe(MFA);
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:unknown' } } });
    const { url } = await rp.authorize({ claims });
    expect(url.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test.each([
    ['prompt', 'login', 'login_prompt'],
    ['max_age', '0', 'login_prompt'],
    ['max_age', '60', 'max_age'],
  ])('%s=%s asks again although there is a session, signed in to 100 s ago', async (name, value, reason) => {
    const authTime = Math.floor(Date.now() / 1000) - 100;
    provider.journey = () => ({ login: { userId: ada.id, acr: MFA, amr: ['pwd'], authTime, remember: true } });
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    await rp.signIn();
    const reasons: string[] = [];
    provider.journey = (view) => {
      reasons.push(...view.prompt.reasons);
      return { login: { userId: ada.id, acr: MFA, amr: ['pwd'], remember: true } };
    };
    await rp.signIn({ [name]: value });
    expect(reasons).toContain(reason);
  });

  test('prompt=consent of a client that needs none ends, and gives offline access', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const tokens = await rp.signIn({ scope: 'openid offline_access', prompt: 'consent' });
    expect(tokens.scope).toContain('offline_access');
  });

  test('login_hint, ui_locales and id_token_hint reach the journey; a hint to another person asks', async () => {
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const first = await rp.signIn();
    const eve = await addUser(database.storage, realm, { username: `eve-${Date.now()}` });
    provider.journey = (view) => {
      expect(view.requested).toMatchObject({ loginHint: 'eve@example.com', uiLocales: ['it', 'en'] });
      return { login: { userId: eve.id, acr: MFA, amr: ['pwd'], remember: true } };
    };
    rp.browser.forget();
    await rp.signIn({ login_hint: 'eve@example.com', ui_locales: 'it en' });
    const reasons: string[] = [];
    provider.journey = (view) => {
      reasons.push(...view.prompt.reasons);
      return 'access_denied';
    };
    const { url } = await rp.authorize({ id_token_hint: first.id_token ?? '' });
    expect(reasons).toContain('id_token_hint');
    expect(url.searchParams.get('error')).toBe('access_denied');
  });

  test('a refusal of the journey reaches the client as an OAuth error with its state', async () => {
    provider.journey = () => 'access_denied';
    const rp = await RelyingParty.of(provider, 'acme', 'rp');
    const { url, state } = await rp.authorize();
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ error: 'access_denied', state });
  });
});
