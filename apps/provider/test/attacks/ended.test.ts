import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addClient, addUser } from '../../src/testing/storage.ts';
import { type Sparekey, sparekey } from './sparekey.ts';

let running: Sparekey;
beforeAll(async () => {
  running = await sparekey();
});
afterAll(() => running.close());

const asClient = (clientId: string, form: Record<string, string>) =>
  fetch(`${running.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:secret`).toString('base64')}` },
    body: new URLSearchParams(form),
  });

/** Until every process has heard of a change: within a second. */
async function eventually<T>(look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  for (const end = performance.now() + 2000; ; ) {
    const found = await look();
    if (wanted(found) || performance.now() > end) return found;
  }
}

test('H45: an offline session loses the scopes that are taken from its application, at once (GHSA-895x-rfqp-jh5c)', async () => {
  const { storage, realm } = running.acme;
  const client = await storage.stores.clients.byClientId(realm.id, 'app');
  if (client === undefined) throw new Error('no client');
  const scopes = [...client.scopes, 'offline_access'];
  await storage.stores.clients.update({ ...client, scopes });
  const person = await running.person();
  const visitor = running.visitor();
  const wish = { scope: 'openid offline_access email', prompt: 'consent' };
  await eventually(
    () => visitor.begin(wish),
    ({ asks }) => asks === 'sign_in',
  );
  await visitor.signIn(person.username, person.password);
  await visitor.prove('totp', person.totp());
  const { tokens } = await visitor.redeem();
  expect(tokens.refresh_token).toBeDefined();

  const userinfo = async (token?: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${running.issuer}/protocol/openid-connect/userinfo`, { headers })).json();
  };
  expect(await userinfo(tokens.access_token)).toHaveProperty('email', person.email);

  await storage.stores.clients.update({ ...client, scopes: ['profile'] });
  expect(
    await eventually(
      () => userinfo(tokens.access_token),
      (told) => !('email' in (told as object)),
    ),
  ).not.toHaveProperty('email');
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  const narrow = (await (await asClient('app', refresh)).json()) as Record<string, string>;
  await storage.stores.clients.update(client);
  expect(narrow).toMatchObject({ scope: 'openid offline_access' });
  const claims = JSON.parse(Buffer.from(narrow.id_token?.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).not.toHaveProperty('email');
  expect(await userinfo(narrow.access_token)).not.toHaveProperty('email');
});

test('H45: the tokens of an application whose service account is off or gone are worth nothing (CVE-2025-64521)', async () => {
  const { storage, realm } = running.acme;
  const service = await addClient(storage, realm, { clientId: 'service', serviceAccount: true });
  const username = 'service-account-service';
  const account = await addUser(storage, realm, { username, email: undefined, serviceAccountClientId: service.id });
  const ask = async () => {
    const { access_token: token = '' } = (await (
      await asClient('service', { grant_type: 'client_credentials' })
    ).json()) as { access_token?: string };
    return { token, active: await active(token) };
  };
  const before = await ask();
  expect(before.active).toBe(true);
  await storage.stores.users.update({ ...account, enabled: false });
  expect(await active(before.token)).toBe(false);
  expect((await ask()).active).toBe(false);
  await storage.stores.clients.update({ ...service, serviceAccount: false });
  expect(await eventually(ask, ({ token }) => token === '')).toEqual({ token: '', active: false });
});

async function active(token: string): Promise<boolean> {
  const response = await fetch(`${running.issuer}/protocol/openid-connect/token/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` },
    body: new URLSearchParams({ token }),
  });
  return ((await response.json()) as { active?: boolean }).active ?? false;
}
