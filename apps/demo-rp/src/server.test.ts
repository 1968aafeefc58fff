import type { Server } from 'node:http';
import { createLogger, createServer, listen } from '@sparekey/http';
import { generateKeyPair } from 'jose';
import { scriptedIssuer } from '../test/scripted-issuer.ts';
import { visitor } from '../test/visitor.ts';
import { createDemo } from './server.ts';

const logger = createLogger({ level: 'silent', name: 'test' });
let provider: Awaited<ReturnType<typeof scriptedIssuer>>;
const servers: Server[] = [];

/** Runs the demonstration against an issuer; returns its address. */
async function demo(issuer: string): Promise<string> {
  const parts: { listener?: ReturnType<ReturnType<typeof createDemo>['callback']> } = {};
  const server = createServer((request, response) => void parts.listener?.(request, response));
  servers.push(server);
  const { port } = await listen(server, { host: '127.0.0.1', port: 0, setting: 'SPAREKEY_DEMO_RP_PORT' });
  const baseUrl = `http://localhost:${port}`;
  parts.listener = createDemo({ issuer: new URL(issuer), baseUrl, logger }).callback();
  return baseUrl;
}

/** Goes as far as the provider; returns its parameters. */
async function begun(baseUrl: string, path = '/payroll/sign-in') {
  const browser = visitor(baseUrl);
  const { location } = await browser.go(path);
  return { browser, asked: new URL(location).searchParams };
}

async function signedIn(baseUrl: string, claims: Record<string, unknown> = {}) {
  const { browser, asked } = await begun(baseUrl);
  provider.tell({ nonce: asked.get('nonce'), ...claims });
  const answer = await browser.go(callback(asked));
  return { browser, answer };
}

function callback(asked: URLSearchParams, over: Record<string, string> = {}): string {
  return `/payroll/callback?${new URLSearchParams({ code: 'c', state: asked.get('state') ?? '', iss: provider.issuer, ...over })}`;
}

let baseUrl: string;

beforeAll(async () => {
  provider = await scriptedIssuer();
  baseUrl = await demo(provider.issuer);
});

afterAll(async () => {
  await provider.close();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

test('a sign-in asks with PKCE, state and nonce, and shows the claims with their strength in plain words', async () => {
  const { asked } = await begun(baseUrl);
  expect(Object.fromEntries(asked)).toMatchObject({
    client_id: 'demo-payroll',
    response_type: 'code',
    redirect_uri: `${baseUrl}/payroll/callback`,
    code_challenge_method: 'S256',
  });
  const { browser, answer } = await signedIn(baseUrl, { acr: 'urn:sparekey:acr:mfa', amr: ['pwd', 'otp', 'mfa'] });
  expect(answer).toMatchObject({ status: 302, location: '/payroll' });
  const { text } = await browser.go('/payroll');
  expect(text).toContain('Ada Byron');
  expect(text).toContain('two proofs: a password and a second factor');
  expect(text).toContain('password, one-time code, more than one factor');
  expect(provider.tokenRequests.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43,}$/);
});

test('step-up asks for two factors, and a fresh sign-in for no earlier one', async () => {
  const stepUp = await begun(baseUrl, '/payroll/step-up');
  expect(stepUp.asked.get('acr_values')).toBe('urn:sparekey:acr:mfa');
  const fresh = await begun(baseUrl, '/payroll/fresh');
  expect(fresh.asked.get('max_age')).toBe('0');
  provider.tell({ nonce: fresh.asked.get('nonce'), auth_time: Math.floor(Date.now() / 1000) - 3600 });
  expect((await fresh.browser.go(callback(fresh.asked))).status).toBe(400);
});

test('the session id after signing in is not the one from before, and scripts cannot read it', async () => {
  const { browser, asked } = await begun(baseUrl);
  const before = browser.jar.get('demo_payroll');
  provider.tell({ nonce: asked.get('nonce') });
  const { cookies } = await browser.go(callback(asked));
  expect(browser.jar.get('demo_payroll')).not.toBe(before);
  expect(cookies[0]).toMatch(/path=\/payroll; samesite=lax; httponly/);
  expect((await visitor(baseUrl).go('/payroll', { headers: { cookie: `demo_payroll=${before}` } })).text).toContain(
    'Sign in</a>',
  );
});

test.each<[string, Record<string, string>, Record<string, unknown>]>([
  ['another state', { state: 'other' }, {}],
  ['another issuer in the response (mix-up)', { iss: 'https://evil.example' }, {}],
  ['another nonce', {}, { nonce: 'other' }],
  ['another issuer in the token', {}, { iss: 'https://evil.example' }],
  ['a token for another client', {}, { aud: 'demo-wiki' }],
  ['an expired token', {}, { exp: 1 }],
])('an answer with %s signs nobody in', async (_case, parameters, claims) => {
  const { browser, asked } = await begun(baseUrl);
  provider.tell({ nonce: asked.get('nonce'), ...claims });
  expect((await browser.go(callback(asked, parameters))).status).toBe(400);
  // The request is spent: the right answer comes too late.
  provider.tell({ nonce: asked.get('nonce') });
  expect((await browser.go(callback(asked))).status).toBe(400);
  expect((await browser.go('/payroll')).text).toContain('Sign in</a>');
});

test('a callback works once, and only in the browser that began', async () => {
  const { browser, asked } = await begun(baseUrl);
  provider.tell({ nonce: asked.get('nonce') });
  expect((await visitor(baseUrl).go(callback(asked))).status).toBe(400);
  expect((await browser.go(callback(asked))).status).toBe(302);
  expect((await browser.go(callback(asked))).status).toBe(400);
});

test('a cancelled sign-in is told as such, and what the provider says is not markup', async () => {
  const { browser, asked } = await begun(baseUrl);
  const cancelled = await browser.go(callback(asked, { error: 'access_denied' }));
  expect(cancelled).toMatchObject({ status: 403, text: expect.stringContaining('You did not sign in') });
  const second = await begun(baseUrl);
  const odd = await second.browser.go(callback(second.asked, { error: 'server_error', error_description: '<script>' }));
  expect(odd.text).toContain('server_error: &lt;script&gt;');
});

test('signing out ends the session here and goes to the provider with the ID token as a hint', async () => {
  const { browser } = await signedIn(baseUrl);
  const { location } = await browser.go('/payroll/sign-out', { form: {} });
  const asked = new URL(location).searchParams;
  expect(asked.get('post_logout_redirect_uri')).toBe(`${baseUrl}/payroll`);
  expect(asked.get('id_token_hint')).toMatch(/^ey/);
  expect((await browser.go('/payroll')).text).toContain('Sign in</a>');
});

test('a form from another site does nothing', async () => {
  const { browser } = await signedIn(baseUrl);
  const foreign = await browser.go('/payroll/sign-out', { form: {}, headers: { 'sec-fetch-site': 'cross-site' } });
  expect(foreign.status).toBe(403);
  expect((await browser.go('/payroll')).text).toContain('Hello');
});

describe('back-channel logout', () => {
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const claims = (over: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: provider.issuer,
      aud: 'demo-payroll',
      iat: now,
      exp: now + 60,
      jti: 'j',
      events: event,
      sid: 's1',
    };
    return JSON.parse(JSON.stringify({ ...right, ...over }));
  };
  const post = (token: string) => visitor(baseUrl).go('/payroll/backchannel-logout', { form: { logout_token: token } });

  test('ends the session it names, and no other', async () => {
    const one = await signedIn(baseUrl, { sid: 'one' });
    const other = await signedIn(baseUrl, { sid: 'other' });
    const token = await provider.sign(claims({ sid: 'one' }), { typ: 'logout+jwt' });
    expect((await post(token)).status).toBe(200);
    expect((await one.browser.go('/payroll')).text).toContain('Sign in</a>');
    expect((await other.browser.go('/payroll')).text).toContain('Hello');
  });

  test('without a session id it ends all of the person', async () => {
    const { browser } = await signedIn(baseUrl, { sub: 'u2' });
    await post(await provider.sign(claims({ sid: undefined, sub: 'u2' }), { typ: 'logout+jwt' }));
    expect((await browser.go('/payroll')).text).toContain('Sign in</a>');
  });

  test.each<[string, Record<string, unknown>, string?]>([
    ['for another client', { aud: 'demo-wiki' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that has expired', { exp: 1 }],
    ['with a nonce (an ID token in disguise)', { nonce: 'n' }],
    ['without the event', { events: {} }],
    ['with null for events', { events: null }],
    ['that names nobody', { sid: undefined }],
    ['of the type of an access token', {}, 'at+jwt'],
  ])('a token %s is refused', async (_case, over, typ = 'logout+jwt') => {
    const { browser } = await signedIn(baseUrl);
    expect((await post(await provider.sign(claims(over), { typ }))).status).toBe(400);
    expect((await browser.go('/payroll')).text).toContain('Hello');
  });

  test('a token signed by somebody else is refused, and so is none', async () => {
    const { browser } = await signedIn(baseUrl);
    const { privateKey } = await generateKeyPair('ES256');
    expect((await post(await provider.sign(claims(), { typ: 'logout+jwt', key: privateKey }))).status).toBe(400);
    expect((await post('')).status).toBe(400);
    expect((await browser.go('/payroll')).text).toContain('Hello');
  });
});

test('while the provider is away the home pages answer, signing in says so, and works once it is there', async () => {
  const later = await scriptedIssuer();
  const port = new URL(later.issuer).port;
  await later.close();
  const address = await demo(`http://localhost:${port}`);
  const browser = visitor(address);
  expect((await browser.go('/')).status).toBe(200);
  expect((await browser.go('/payroll')).status).toBe(200);
  const away = await browser.go('/payroll/sign-in');
  expect(away).toMatchObject({
    status: 503,
    text: expect.stringContaining(`does not answer at http://localhost:${port}`),
  });
  await later.reopen();
  expect((await browser.go('/payroll/sign-in')).status).toBe(302);
  await later.close();
});
