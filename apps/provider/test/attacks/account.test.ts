import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sparekey, sparekey } from './sparekey.ts';
import type { Person, Target, Visitor } from './target.ts';

let running: Sparekey;
let target: Target;
beforeAll(async () => {
  running = await sparekey();
  target = running;
});
afterAll(() => running.close());

async function signedIn(person: Person): Promise<Visitor> {
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  expect((await visitor.prove('totp', person.totp())).asks).toBe('arrived');
  return visitor;
}

test('H49: no page of an account answers without a session, whatever it is asked (CVE-2024-42490, CVE-2026-55106)', async () => {
  const answered: string[] = [];
  const id = crypto.randomUUID();
  const more = ['/sessions', '/devices', `/authenticators/${id}/remove`, `/authenticators/${id}/rename`];
  for (const address of [...target.accountPages, ...more.map((page) => `${target.issuer}/account${page}`)]) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const init = {
        method,
        redirect: 'manual' as const,
        headers: { accept: 'text/html', cookie: 'sparekey_session=x' },
      };
      const { status, headers } = await fetch(address, init);
      const toSignIn = status === 303 && headers.get('location')?.includes('/protocol/openid-connect/auth?');
      if (!toSignIn && (status < 400 || status >= 500)) answered.push(`${method} ${address}: ${status}`);
    }
  }
  expect(answered).toEqual([]);
});

test('H60: without credentials no endpoint gives, tells or ends anything (CVE-2025-61928)', async () => {
  const victim = await signedIn(await target.person());
  const { tokens } = await victim.redeem();
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${target.issuer}/protocol/openid-connect/${path}`, { method: 'POST', body: new URLSearchParams(form) });
  const token = tokens.access_token ?? '';
  const tried: [string, Record<string, string>][] = [
    ['token', { grant_type: 'client_credentials' }],
    ['token', { grant_type: 'client_credentials', client_id: 'app' }],
    ['token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', client_id: 'app' }],
    ['token', { grant_type: 'password', username: 'a', password: 'b', client_id: 'app' }],
    ['token/introspect', { token }],
    ['token/introspect', { token, client_id: 'app' }],
    ['revoke', { token }],
    ['revoke', { token, client_id: 'app' }],
    ['ext/par/request', { client_id: 'app', response_type: 'code' }],
  ];
  const answered: unknown[] = [];
  for (const [path, form] of tried) {
    const response = await post(path, form);
    if (response.status !== 400 && response.status !== 401) answered.push([path, form, response.status]);
  }
  const noToken = await fetch(`${target.issuer}/protocol/openid-connect/userinfo`);
  expect(answered).toEqual([]);
  expect(noToken.status).toBeGreaterThanOrEqual(400);
  const userinfo = { headers: { authorization: `Bearer ${token}` } };
  expect((await fetch(`${target.issuer}/protocol/openid-connect/userinfo`, userinfo)).status).toBe(200);
});

test('H48: a profile takes the fields of its form and no others (CVE-2026-17526, CVE-2024-37905)', async () => {
  const { storage, realm } = running.acme;
  const person = await target.person();
  const visitor = await signedIn(person);
  const before = await storage.stores.users.byLogin(realm.id, person.username);
  const claims = before && (await storage.stores.users.claims(realm.id, before.id));
  await visitor.open(`${target.issuer}/account/profile`);
  const other = crypto.randomUUID();
  const planted = {
    username: 'admin',
    id: other,
    user_id: other,
    realm_id: other,
    enabled: 'false',
    email_verified: 'false',
    emailVerified: 'false',
    roles: 'admin',
    realm_roles: 'admin',
    groups: 'admins',
    organization: other,
    attributes: '{"admin":["true"]}',
    'attributes[admin]': 'true',
    required_actions: '[]',
    password: 'another password than before',
    totp_secret: 'AAAA',
    phone_number: '+393331234567',
    phone_number_verified: 'true',
    __proto__: 'x',
  };
  await visitor.post({ ...planted, first_name: 'Ada', last_name: '', email: person.email });
  const after = await storage.stores.users.byLogin(realm.id, person.username);
  expect(after).toEqual({ ...before, firstName: 'Ada' });
  expect(after && (await storage.stores.users.claims(realm.id, after.id))).toEqual({ ...claims, user: after });
  expect((await (await signedIn(person)).redeem()).status).toBe(200);
});

test('H59: opening the page of backup codes, from wherever, makes no codes, and a form of another page neither (mastodon#3961)', async () => {
  const person = await target.person();
  const visitor = await signedIn(person);
  const page = `${target.issuer}/account/backup-codes`;
  for (const query of ['', '?action=continue', '?step=confirm&action=try:new_codes', '?csrf=x']) {
    expect((await visitor.open(`${page}${query}`)).codes).toEqual([]);
  }
  expect((await visitor.post({ csrf: 'x' })).codes).toEqual([]);
  await visitor.open(`${target.issuer}/account/profile`);
  const { browser } = visitor;
  const crossSite = await browser.request(page, { method: 'POST', body: new URLSearchParams({ action: 'continue' }) });
  expect(crossSite.status).toBe(403);
  const fresh = target.visitor();
  await fresh.begin();
  await fresh.signIn(person.username, person.password);
  await fresh.another('backup_code');
  expect((await fresh.prove('backup_code', person.codes[0] ?? '')).asks).not.toBe('backup_code');
});
