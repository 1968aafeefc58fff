import { randomBytes } from 'node:crypto';
import { mail } from '@sparekey/messages';
import type { Realm, User } from '@sparekey/realms';
import { race } from '@sparekey/testing';
import { type HostedProvider, startHostedProvider, Visitor } from '../../testing/hosted.ts';
import { actingAs, addPerson, PASSWORD, protocolPost, signInTo } from '../../testing/person.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../../testing/storage.ts';
import { deleteAccount } from './deletion.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme', { account: { deletion: true } });
  const logout = { backchannelLogoutUrl: 'https://app.example/logout' };
  await addClient(here.storage, realm, { clientId: 'wiki', name: 'Wiki', consentRequired: true, ...logout });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const anybody = (fields: Partial<User> = {}) => addPerson(here, provider, realm, fields);
const remove = async (person: User, typed = person.username) => deleteAccount(await actingAs(provider, person), typed);
const gone = async ({ id }: User) => (await here.storage.stores.users.byId(realm.id, id)) === undefined;

/** Tables with a row in which a text stands, whatever the column. */
async function tablesWith(text: string): Promise<string[]> {
  const { database } = here.storage;
  const tables = await database.rows<{ name: string }>({
    name: 'test_tables',
    text: `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  });
  const found: string[] = [];
  for (const { name } of tables) {
    const row = await database.row<{ n: number }>({
      name: `test_scan_${name}`,
      text: `select count(*)::int as n from "${name}" t where t::text ilike '%' || $1 || '%'`,
      values: [text],
    });
    if ((row?.n ?? 0) > 0) found.push(name);
  }
  return found;
}

/** Of everything the product keeps of people, something. */
async function everythingOf(person: User) {
  const { stores, demoOutbox, outboxQueue } = here.storage;
  const at = [realm.id, person.id] as const;
  const acting = await actingAs(provider, person);
  const signedIn = await signInTo(provider, 'wiki', person, { scope: 'openid email offline_access' });
  await new Visitor(provider, 'acme').authorize('wiki', { login_hint: person.email?.toUpperCase() ?? '' });
  const away = new Visitor(provider, 'acme');
  await away.submit(await away.authorize('wiki'), { username: person.username, password: 'wrong' });
  await stores.devices.add(...at, { secretHash: randomBytes(32), trusted: true });
  await provider.services.factors.backupCode.generate(stores, {
    realmId: realm.id,
    userId: person.id,
    policy: realm.policy,
  });
  await stores.actionLinks.create({
    realmId: realm.id,
    userId: person.id,
    purpose: 'verify_email',
    data: { email: person.email },
    ttlSeconds: 600,
  });
  await demoOutbox.add(realm.id, {
    kind: 'mail',
    recipient: person.email ?? '',
    subject: 'Hello',
    body: `Hello ${person.username}`,
  });
  const to = { realmId: realm.id, userId: person.id, username: person.username, email: person.email ?? '' };
  await stores.outbox.add(mail(to, { kind: 'sign_in_code', code: '12345678', minutes: 10 }));
  for (const message of await outboxQueue.claim(100))
    await outboxQueue.failed(message, `550 no mailbox ${person.email}`, new Date());
  return { acting, ...signedIn };
}

test('after a deletion no table holds name, username, address or number; tokens are dead, the application is told, and the audit trail keeps the id', async () => {
  const person = await anybody({
    username: 'Zephyrine.Quill',
    email: 'zephyrine@quill.example',
    firstName: 'Zephyrine',
    lastName: 'Quillfeather',
    phoneNumber: '+393331234567',
    phoneNumberVerified: true,
  });
  const { acting, tokens } = await everythingOf(person);
  expect(await tablesWith('zephyrine')).toEqual(
    expect.arrayContaining(['action_link', 'demo_message', 'oidc_interaction', 'outbox', 'user_account', 'user_login']),
  );

  expect(await deleteAccount(acting, ' zephyrine.QUILL ')).toBe('deleted');

  for (const text of ['zephyrine', 'quill', '3331234567']) expect([text, await tablesWith(text)]).toEqual([text, []]);
  const kept = await tablesWith(person.id);
  expect(kept.filter((table) => !/^(audit_event|oidc_|outbox)/.test(table))).toEqual([]);
  for (const token of [tokens.access_token, tokens.refresh_token])
    expect((await protocolPost(provider, 'token/introspect', 'wiki', { token: token ?? '' })).body.active).toBe(false);
  const [event] = await here.storage.auditReader.list(realm.id, { subject: person.id, limit: 1 });
  expect(event).toMatchObject({ type: 'account.deleted', actor: { kind: 'user', id: person.id } });
});

test('the last notice goes to the address that was verified, notices from before still go, and codes do not', async () => {
  const person = await anybody();
  await here.storage.outboxQueue.claim(1000);
  await here.storage.stores.audit.append({
    type: 'profile.updated',
    realmId: realm.id,
    actor: { kind: 'user', id: person.id },
    subject: person.id,
    outcome: 'success',
    changed: { email: { from: 'before@example.com', to: person.email } },
  });
  const to = { realmId: realm.id, userId: person.id, username: person.username, email: person.email ?? '' };
  await here.storage.stores.outbox.add(mail(to, { kind: 'sign_in_code', code: '12345678', minutes: 10 }));
  expect(await remove(person)).toBe('deleted');
  const letters = (await here.storage.outboxQueue.claim(1000, ['mail'])).map(({ payload, secret }) => [
    payload.letter,
    secret?.to,
  ]);
  expect(letters).toEqual([
    ['email_changed', 'before@example.com'],
    ['email_set', person.email],
    ['account_deleted', person.email],
  ]);
});

test('who signed in elsewhere is out, and the application hears of it', async () => {
  const person = await anybody();
  const { by } = await signInTo(provider, 'wiki', person);
  await here.storage.outboxQueue.claim(1000);
  await remove(person);
  const told = await here.storage.outboxQueue.claim(1000, ['backchannel_logout']);
  expect(told.map(({ payload }) => payload)).toMatchObject([{ clientId: 'wiki', sub: person.id }]);
  expect((await by.open('/realms/acme/account')).html).toContain('name="password"');
});

test('another name, and a policy that forbids it, delete nothing', async () => {
  const person = await anybody();
  expect(await remove(person, person.email)).toBe('wrong_name');
  const acting = await actingAs(provider, person);
  const policy = { ...acting.policy, account: { deletion: false } };
  expect(await deleteAccount({ ...acting, policy }, person.username)).toBe('not_allowed');
  expect(await gone(person)).toBe(false);
});

test('of the last administrators who delete themselves at once one stays', async () => {
  const { stores } = here.storage;
  const admin = await stores.roles.create({ realmId: realm.id, name: 'admin', attributes: {}, composites: [] });
  const boss = await stores.roles.create({ realmId: realm.id, name: 'boss', attributes: {}, composites: [] });
  await stores.roles.compose(realm.id, boss.id, [admin.id]);
  const admins = [await anybody(), await anybody(), await anybody()];
  // A disabled one cannot help anybody.
  const away = await anybody({ enabled: false });
  for (const { id } of [...admins, away]) await stores.users.grantRole(realm.id, id, boss.id);
  const { fulfilled } = await race(3, async (index) => remove(admins[index] as User));
  expect(fulfilled.sort()).toEqual(['deleted', 'deleted', 'last_administrator']);
});

describe('on the page', () => {
  const visit = async (person: User) => {
    const by = new Visitor(provider, 'acme');
    const first = await by.open('/realms/acme/account/delete');
    let page = await by.submit(first, { username: person.username, password: PASSWORD });
    if (page.html.includes('name="password"')) page = await by.submit(page, { password: PASSWORD });
    return { by, page };
  };

  test('an old sign-in does not do: the password is asked again, then the name', async () => {
    const person = await anybody();
    const { by, page } = await visit(person);
    expect(page.html).toContain('This cannot be undone');
    const wrong = await by.submit(page, { username: 'somebody' });
    expect([wrong.status, wrong.html.includes('This is not your username.')]).toEqual([422, true]);
    expect((await by.submit(page, { username: '' })).status).toBe(422);
    expect(await gone(person)).toBe(false);
    const done = await by.submit(page, { username: person.username });
    expect(done.html).toContain('Your account is deleted');
    expect(await gone(person)).toBe(true);
  });

  test('cancelling leads back and deletes nothing', async () => {
    const person = await anybody();
    const { by, page } = await visit(person);
    const back = await by.submit(page, { username: person.username, action: 'cancel' });
    expect(back.url.pathname).toBe('/realms/acme/account');
    expect(await gone(person)).toBe(false);
  });
});
