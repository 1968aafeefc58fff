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

const AFTER = 'https://app.example/bye';

beforeAll(async () => {
  database = await openTestStorage();
  const { storage } = database;
  realm = await addRealm(storage, 'acme');
  const listening = { backchannelLogoutUrl: 'https://app.example/logout', postLogoutRedirectUris: [AFTER] };
  await addClient(storage, realm, { clientId: 'rp', name: 'Payroll', ...listening });
  await addClient(storage, realm, { clientId: 'second', ...listening });
  await addClient(storage, realm, { clientId: 'deaf', postLogoutRedirectUris: [AFTER] });
  provider = await startTestProvider(database);
});

beforeEach(async () => {
  ada = await addUser(database.storage, realm, { username: `ada-${crypto.randomUUID()}` });
  provider.journey = () => ({ login: { userId: ada.id, acr: 'urn:sparekey:acr:mfa', amr: ['pwd'], remember: true } });
});

afterAll(async () => {
  await provider.close();
  await database.close();
});

function logoutUrl(parameters: Record<string, string>): URL {
  const url = new URL(`${provider.origin}/realms/acme/protocol/openid-connect/logout`);
  url.search = new URLSearchParams(parameters).toString();
  return url;
}

/** Everything that waits for the provisioner by now; taken away, so that each test sees its own. */
async function messages(): Promise<Record<string, unknown>[]> {
  const claimed = await database.storage.outboxQueue.claim(100);
  return claimed.map(({ kind, payload }) => ({ kind, ...payload }));
}

async function signedIn(clientId = 'rp') {
  const rp = await RelyingParty.of(provider, 'acme', clientId);
  await messages();
  return { rp, tokens: await rp.signIn() };
}

const silent = async (rp: RelyingParty) => (await rp.authorize({ prompt: 'none' })).url.searchParams.get('error');

interface ConfirmPage {
  page: string;
  action: string;
  xsrf: string;
  clientName?: string;
}

describe('signing out at a client', () => {
  test('discovery tells of back-channel logout, and ID tokens of such clients carry sid', async () => {
    const { rp, tokens } = await signedIn();
    expect(rp.config.serverMetadata()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
    expect(tokens.claims()?.sid).toEqual(expect.any(String));
  });

  test('with a valid hint the session ends at once, every client of it gets a message, and the browser goes back', async () => {
    const { rp, tokens } = await signedIn();
    const second = await RelyingParty.of(provider, 'acme', 'second', { browser: rp.browser });
    const secondTokens = await second.signIn();
    const response = await rp.browser.request(
      logoutUrl({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: AFTER, state: 's 1' }),
    );
    expect([response.status, response.headers.get('location')]).toEqual([303, `${AFTER}?state=s+1`]);
    expect(await messages()).toEqual(
      expect.arrayContaining([
        { kind: 'backchannel_logout', clientId: 'rp', sid: tokens.claims()?.sid, sub: ada.id },
        { kind: 'backchannel_logout', clientId: 'second', sid: secondTokens.claims()?.sid, sub: ada.id },
      ]),
    );
    expect(await silent(rp)).toBe('login_required');
    expect(await client.tokenIntrospection(rp.config, secondTokens.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(rp.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const events = await database.storage.auditReader.list(realm.id, { subject: ada.id, limit: 100 });
    expect(events.map((event) => event.type)).toContain('session.ended');
  });

  test('an offline token outlives the session, as its person allowed', async () => {
    const { rp } = await signedIn();
    const offline = await rp.signIn({ scope: 'openid offline_access', prompt: 'consent' });
    await rp.browser.request(logoutUrl({ id_token_hint: offline.id_token ?? '' }));
    const refreshed = await client.refreshTokenGrant(rp.config, offline.refresh_token ?? '');
    expect(refreshed.access_token).toEqual(expect.any(String));
  });

  test('without a hint nobody is signed out before they confirmed', async () => {
    const { rp } = await signedIn();
    const asked = await rp.browser.request(logoutUrl({ client_id: 'rp', post_logout_redirect_uri: AFTER }));
    const form = (await asked.json()) as ConfirmPage;
    expect(form).toMatchObject({ page: 'logoutConfirm', clientName: 'Payroll', xsrf: expect.any(String) });
    expect(await silent(rp)).toBe(null);
    const confirmed = await rp.browser.request(form.action, {
      method: 'POST',
      body: new URLSearchParams({ xsrf: form.xsrf, logout: 'yes' }),
    });
    expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, AFTER]);
    expect(await silent(rp)).toBe('login_required');
    expect((await messages()).map(({ clientId }) => clientId)).toEqual(['rp']);
  });

  test('the confirmation needs the token of its page', async () => {
    const { rp } = await signedIn();
    const asked = await rp.browser.request(logoutUrl({}));
    const { action } = (await asked.json()) as ConfirmPage;
    for (const xsrf of ['', 'guessed']) {
      const refused = await rp.browser.request(action, {
        method: 'POST',
        body: new URLSearchParams({ xsrf, logout: 'yes' }),
      });
      expect(refused.status).toBe(400);
    }
    expect(await silent(rp)).toBe(null);
  });

  test('who declines stays signed in here; only the client that asked is told to end its session', async () => {
    const { rp } = await signedIn();
    const second = await RelyingParty.of(provider, 'acme', 'second', { browser: rp.browser });
    await second.signIn();
    const asked = await rp.browser.request(logoutUrl({ client_id: 'rp' }));
    const form = (await asked.json()) as ConfirmPage;
    await rp.browser.request(form.action, { method: 'POST', body: new URLSearchParams({ xsrf: form.xsrf }) });
    expect((await messages()).map(({ clientId }) => clientId)).toEqual(['rp']);
    expect(await silent(second)).toBe(null);
  });

  test('the hint of someone else does not sign this person out unasked', async () => {
    const { tokens } = await signedIn();
    const victim = await signedIn();
    const other = await addUser(database.storage, realm, { username: `eve-${crypto.randomUUID()}` });
    provider.journey = () => ({
      login: { userId: other.id, acr: 'urn:sparekey:acr:1fa', amr: ['pwd'], remember: true },
    });
    victim.rp.browser.forget();
    await victim.rp.signIn();
    const asked = await victim.rp.browser.request(logoutUrl({ id_token_hint: tokens.id_token ?? '' }));
    expect(await asked.json()).toMatchObject({ page: 'logoutConfirm' });
    expect(await silent(victim.rp)).toBe(null);
  });

  test('a session hint of an earlier session of the same person asks as well', async () => {
    const { rp, tokens } = await signedIn();
    rp.browser.forget();
    await rp.signIn();
    const asked = await rp.browser.request(logoutUrl({ id_token_hint: tokens.id_token ?? '' }));
    expect(await asked.json()).toMatchObject({ page: 'logoutConfirm' });
  });

  test('signing in as someone else ends the session before, with no page in between', async () => {
    const { rp, tokens } = await signedIn();
    const eve = await addUser(database.storage, realm, { username: `eve-${crypto.randomUUID()}` });
    provider.journey = () => ({ login: { userId: eve.id, acr: 'urn:sparekey:acr:mfa', amr: ['pwd'], remember: true } });
    const { url } = await rp.authorize({ prompt: 'login' });
    expect(url.searchParams.has('code')).toBe(true);
    expect(await messages()).toEqual([
      { kind: 'backchannel_logout', clientId: 'rp', sid: tokens.claims()?.sid, sub: ada.id },
    ]);
    await expect(client.refreshTokenGrant(rp.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('ending a session from the account page refuses its tokens and reaches its clients', async () => {
    const { rp, tokens } = await signedIn();
    const [session] = await database.storage.stores.sessions.list(realm.id, ada.id);
    expect(session?.clients).toEqual(['rp']);
    await database.storage.stores.sessions.end(realm.id, ada.id, session?.uid ?? '');
    expect(await silent(rp)).toBe('login_required');
    expect(await client.tokenIntrospection(rp.config, tokens.access_token)).toEqual({ active: false });
    expect(await messages()).toHaveLength(1);
  });
});
