import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { addClient, addKey, addRealm, openTestStorage, type TestStorage } from '../testing/storage.ts';

let database: TestStorage;
let provider: TestProvider;
let elsewhere: Storage;
let realm: Realm;

beforeAll(async () => {
  database = await openTestStorage();
  elsewhere = await database.another();
  realm = await addRealm(database.storage, 'acme');
  provider = await startTestProvider(database);
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

const DISCOVERY = '/realms/acme/.well-known/openid-configuration';
const CERTS = '/realms/acme/protocol/openid-connect/certs';
const get = (path: string, headers: Record<string, string> = {}) => fetch(provider.origin + path, { headers });

describe('discovery and key set', () => {
  test('every address is the issuer’s at Keycloak’s path, whatever Host and forwarded headers say (CVE-2025-64101)', async () => {
    const response = await get(DISCOVERY, {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
    });
    const issuer = `${provider.origin}/realms/acme`;
    const protocol = `${issuer}/protocol/openid-connect`;
    expect(await response.json()).toMatchObject({
      issuer,
      authorization_endpoint: `${protocol}/auth`,
      token_endpoint: `${protocol}/token`,
      userinfo_endpoint: `${protocol}/userinfo`,
      jwks_uri: `${protocol}/certs`,
      end_session_endpoint: `${protocol}/logout`,
      revocation_endpoint: `${protocol}/revoke`,
      introspection_endpoint: `${protocol}/token/introspect`,
      pushed_authorization_request_endpoint: `${protocol}/ext/par/request`,
      response_types_supported: ['code'],
      grant_types_supported: expect.not.arrayContaining(['implicit', 'password']),
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['ES256', 'RS256', 'EdDSA']),
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
      acr_values_supported: expect.arrayContaining(['urn:sparekey:acr:mfa']),
    });
  });

  test.each([DISCOVERY, CERTS])('%s may be cached, validated by ETag and read by pages of any origin', async (path) => {
    const first = await get(path, { origin: 'https://spa.example' });
    const etag = first.headers.get('etag') ?? '';
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    for (const validator of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': validator });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    const head = await fetch(provider.origin + path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, first.headers.get('content-length')]);
  });

  test('the key set holds no private part, and no retired key', async () => {
    const published = await addKey(database.storage, realm, 'ES256', 'published');
    const retiring = await addKey(database.storage, realm, 'ES256', 'retiring');
    const retired = await addKey(database.storage, realm, 'ES256', 'retired');
    await eventually(async () => {
      const { keys } = (await (await get(CERTS)).json()) as { keys: Record<string, unknown>[] };
      const kids = keys.map((key) => key.kid);
      expect(kids).toEqual(expect.arrayContaining([published, retiring]));
      expect(kids).not.toContain(retired);
      for (const key of keys)
        for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(part);
    });
  });
});

describe('changes by another process', () => {
  test('a realm it made is served within a second, though it was asked for before', async () => {
    const path = '/realms/fresh/.well-known/openid-configuration';
    expect((await get(path)).status).toBe(404);
    await addRealm(elsewhere, 'fresh');
    await eventually(async () => expect((await get(path)).status).toBe(200));
  });

  test('a client it made is known within a second', async () => {
    const known = async () => {
      const url = `${provider.origin}/realms/acme/protocol/openid-connect/token`;
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'late',
        client_secret: 'secret',
      });
      return (await fetch(url, { method: 'POST', body })).status;
    };
    expect(await known()).toBe(401);
    await addClient(elsewhere, realm, { clientId: 'late', serviceAccount: true });
    await eventually(async () => expect(await known()).toBe(200));
  });

  test('a key it made appears in the key set within a second', async () => {
    const kid = await addKey(elsewhere, realm, 'EdDSA', 'published');
    await eventually(async () => expect(await (await get(CERTS)).text()).toContain(kid));
  });
});

describe('addresses nobody answers', () => {
  test.each([
    '/realms/acme/protocol/openid-connect/nothing',
    '/realms/acme/protocol/openid-connect/auth/device',
    '/realms/acme/protocol/openid-connect/registrations',
    '/realms/acme/.well-known/nothing',
    '/realms/..%2facme/.well-known/openid-configuration',
    '/realms/%61cme/.well-known/openid-configuration',
    '/realms//.well-known/openid-configuration',
    '/realms/acme',
  ])('%s is not found', async (path) => {
    const response = await fetch(provider.origin + path, { redirect: 'manual' });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
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
