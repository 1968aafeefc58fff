import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '@sparekey/realms';
import { startTestProvider, type TestProvider } from '../testing/provider.ts';
import { RelyingParty } from '../testing/relying-party.ts';
import { addClient, addRealm, addUser, CALLBACK, openTestStorage, type TestStorage } from '../testing/storage.ts';

let database: TestStorage;
let provider: TestProvider;
let ada: User;
let rp: RelyingParty;

const VERIFIER = 'a'.repeat(64);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

beforeAll(async () => {
  database = await openTestStorage();
  const realm = await addRealm(database.storage, 'acme');
  ada = await addUser(database.storage, realm, { username: 'ada' });
  await addClient(database.storage, realm, { clientId: 'rp' });
  provider = await startTestProvider(database);
  provider.journey = () => ({ login: { userId: ada.id, acr: 'urn:sparekey:acr:1fa', amr: ['pwd'], remember: true } });
  rp = await RelyingParty.of(provider, 'acme', 'rp');
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

/** Asks for a code with exactly these parameters beside the mandatory ones. */
async function authorize(parameters: Record<string, string>): Promise<URL> {
  const url = new URL(`${provider.origin}/realms/acme/protocol/openid-connect/auth`);
  const fixed = { client_id: 'rp', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid' };
  url.search = new URLSearchParams({ ...fixed, ...parameters }).toString();
  return (await rp.browser.open(url, provider.origin)).url;
}

async function redeem(code: string, form: Record<string, string>): Promise<unknown> {
  const response = await rp.post('token', { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...form });
  const body: unknown = await response.json();
  return response.status === 200 ? 'tokens' : body;
}

const withChallenge = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };

async function freshCode(): Promise<string> {
  const code = (await authorize(withChallenge)).searchParams.get('code');
  if (code === null) throw new Error('no code');
  return code;
}

describe('PKCE', () => {
  test.each([
    ['no challenge', {}],
    ['an empty challenge', { code_challenge: '', code_challenge_method: 'S256' }],
    ['the method plain', { code_challenge: VERIFIER, code_challenge_method: 'plain' }],
    ['no method, which means plain', { code_challenge: VERIFIER }],
    ['an unknown method', { code_challenge: CHALLENGE, code_challenge_method: 's256' }],
    ['a challenge that is no SHA-256', { code_challenge: 'short', code_challenge_method: 'S256' }],
  ])('a confidential client gets no code with %s', async (_title, parameters) => {
    const url = await authorize(parameters);
    expect([url.searchParams.get('error'), url.searchParams.has('code')]).toEqual(['invalid_request', false]);
  });

  test.each([
    ['no verifier', {}],
    ['an empty verifier', { code_verifier: '' }],
    ['a wrong verifier', { code_verifier: 'b'.repeat(64) }],
    ['the challenge as verifier', { code_verifier: CHALLENGE }],
    ['a verifier of another length', { code_verifier: VERIFIER.slice(1) }],
  ])('a code is not redeemed with %s (H37)', async (_title, form) => {
    expect(await redeem(await freshCode(), form)).toMatchObject({ error: expect.stringMatching(/^invalid_/) });
  });

  test('a code is redeemed once with its verifier; the second time its tokens die', async () => {
    const code = await freshCode();
    expect(await redeem(code, { code_verifier: VERIFIER })).toBe('tokens');
    expect(await redeem(code, { code_verifier: VERIFIER })).toMatchObject({ error: 'invalid_grant' });
  });

  test('a code is bound to its redirect_uri', async () => {
    const form = { code_verifier: VERIFIER, redirect_uri: 'https://evil.example/callback' };
    expect(await redeem(await freshCode(), form)).toMatchObject({ error: 'invalid_grant' });
  });

  test('no other flow exists: response types, grants and the password', async () => {
    for (const responseType of ['token', 'id_token', 'id_token token', 'code token', 'code id_token', 'none']) {
      const url = await authorize({ ...withChallenge, response_type: responseType, nonce: 'n' });
      const error = new URLSearchParams(url.hash.slice(1)).get('error') ?? url.searchParams.get('error');
      expect([responseType, error]).toEqual([responseType, 'unsupported_response_type']);
    }
    const password = await rp.post('token', { grant_type: 'password', username: 'ada', password: 'x' });
    expect([password.status, await password.json()]).toMatchObject([400, { error: 'unsupported_grant_type' }]);
  });

  test('a pushed request is held to the same rules, and its request_uri works once', async () => {
    const fixed = { client_id: 'rp', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid' };
    const refused = await rp.post('ext/par/request', fixed);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    const pushed = await rp.post('ext/par/request', { ...fixed, ...withChallenge });
    const { request_uri: requestUri } = (await pushed.json()) as { request_uri: string };
    const first = await authorize({ request_uri: requestUri });
    expect(first.href).toContain('code=');
    const second = await rp.browser.open(
      `${provider.origin}/realms/acme/protocol/openid-connect/auth?client_id=rp&request_uri=${requestUri}`,
      provider.origin,
    );
    expect(second.url.searchParams.has('code')).toBe(false);
  });
});
