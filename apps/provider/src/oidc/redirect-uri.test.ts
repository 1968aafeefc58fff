import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { redirectUriProblem } from '@sparekey/realms';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../testing/storage.ts';
import { hostileRedirects, hostileSchemes, REGISTERED } from './hostile-redirects.ts';

let database: TestStorage;
let provider: TestProvider;

beforeAll(async () => {
  database = await openTestStorage();
  const realm = await addRealm(database.storage, 'acme');
  const uris = [...REGISTERED];
  await addClient(database.storage, realm, {
    clientId: 'web',
    publicClient: true,
    redirectUris: uris,
    postLogoutRedirectUris: uris,
  });
  await addClient(database.storage, realm, {
    clientId: 'native',
    publicClient: true,
    redirectUris: ['com.example.app:/callback', 'http://127.0.0.1/callback', 'http://[::1]/callback'],
  });
  await addClient(database.storage, realm, {
    clientId: 'unsafe',
    publicClient: true,
    redirectUris: ['https://safe.example/cb', ...hostileSchemes, 'http://app.example/cb'],
  });
  provider = await startTestProvider(database);
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

async function authorize(clientId: string, redirectUri: string): Promise<Response> {
  const url = new URL(`${provider.origin}/realms/acme/protocol/openid-connect/auth`);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    prompt: 'none',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }).toString();
  return fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
}

/** Accepted addresses get the answer to prompt=none; all others a page that leads nowhere. */
async function accepted(clientId: string, redirectUri: string): Promise<boolean> {
  const response = await authorize(clientId, redirectUri);
  if (response.status === 303) return true;
  expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  expect(await response.text()).toContain('error=invalid_redirect_uri');
  return false;
}

describe('redirect URIs', () => {
  test('the registered ones are accepted', async () => {
    for (const uri of REGISTERED) expect([uri, await accepted('web', uri)]).toEqual([uri, true]);
  });

  test('each of over 200 look-alikes of registered ones is refused, and nobody is redirected (H35)', async () => {
    expect(new Set(hostileRedirects).size).toBeGreaterThan(200);
    const through: string[] = [];
    for (const uri of hostileRedirects) if (await accepted('web', uri)) through.push(uri);
    expect(through).toEqual([]);
  });

  test('the same look-alikes are refused after logout', async () => {
    const through: string[] = [];
    for (const uri of hostileRedirects) {
      const url = new URL(`${provider.origin}/realms/acme/protocol/openid-connect/logout`);
      url.search = new URLSearchParams({ client_id: 'web', post_logout_redirect_uri: uri }).toString();
      const response = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
      if (response.status !== 400) through.push(uri);
    }
    expect(through).toEqual([]);
  });

  test('a request without redirect_uri is refused where several are registered', async () => {
    const url = new URL(`${provider.origin}/realms/acme/protocol/openid-connect/auth`);
    url.search = 'client_id=web&response_type=code&scope=openid&prompt=none';
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
  });

  test('an installed app may vary the port of its http loopback address, and nothing else (RFC 8252 §7.3)', async () => {
    expect(await accepted('native', 'http://127.0.0.1:51004/callback')).toBe(true);
    expect(await accepted('native', 'http://[::1]:51004/callback')).toBe(true);
    expect(await accepted('native', 'com.example.app:/callback')).toBe(true);
    for (const uri of [
      'http://localhost:51004/callback',
      'http://127.0.0.1:51004/callback/',
      'http://127.0.0.1:51004/callback?x=1',
      'http://127.0.0.1:51004@evil.example/callback',
      'http://evil.example:51004/callback',
      'http://127.0.0.1.evil.example:51004/callback',
      'https://127.0.0.1:51004/callback',
      'com.example.app:/callback2',
      'com.example.app://callback',
      'com.example.evil:/callback',
    ]) {
      expect([uri, await accepted('native', uri)]).toEqual([uri, false]);
    }
  });

  test('addresses of a forbidden scheme open nothing although they stand in the database', async () => {
    expect(await accepted('unsafe', 'https://safe.example/cb')).toBe(true);
    for (const uri of [...hostileSchemes, 'http://app.example/cb']) {
      expect([uri, await accepted('unsafe', uri)]).toEqual([uri, false]);
    }
  });

  test('none of the forbidden schemes may be stored (H36)', () => {
    for (const uri of hostileSchemes) expect([uri, redirectUriProblem(uri)]).not.toEqual([uri, undefined]);
  });
});
