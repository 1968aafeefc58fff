import type { Realm } from '@sparekey/realms';
import { Directory, groupSchema, patchOp, userSchema } from '../../src/testing/directory.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { PASSWORD, protocolPost, signInTo } from '../../src/testing/person.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let directory: Directory;
let statements: string[] = [];

beforeAll(async () => {
  here = await openTestStorage({ onStatement: (name) => statements.push(name) });
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  await addClient(here.storage, realm, { clientId: 'wiki' });
  await addClient(here.storage, realm, { clientId: 'sync', serviceAccount: true, scopes: ['scim.read', 'scim.write'] });
  await addClient(here.storage, realm, {
    clientId: 'stranger',
    serviceAccount: true,
    scopes: ['scim.read', 'scim.write'],
  });
  await addClient(here.storage, realm, { clientId: 'phone', scopes: ['scim.read'] });
  directory = await Directory.connect(here.storage, provider, realm, { settings: { clients: ['sync', 'phone'] } });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

let count = 0;
/** Somebody of the directory who is signed in to the wiki, offline too. */
async function signedIn() {
  count += 1;
  const made = await directory.person(`worker-${count}`, { emails: [{ value: `worker-${count}@example.com` }] });
  await here.storage.stores.passwords.set(realm.id, made.id, await provider.engine.hash(PASSWORD));
  const person = await here.storage.stores.users.byId(realm.id, made.id);
  if (person === undefined) throw new Error('nobody');
  return { made, person, ...(await signInTo(provider, 'wiki', person, { scope: 'openid email offline_access' })) };
}

const active = async (token = '') => (await protocolPost(provider, 'token/introspect', 'wiki', { token })).body.active;

test('active false ends, within a second, every session and token, trusted browser and recovery, and the next sign-in', async () => {
  const { made, person, tokens } = await signedIn();
  await here.storage.stores.devices.add(realm.id, person.id, { secretHash: Buffer.alloc(32, 1), trusted: true });
  expect([await active(tokens.access_token), await active(tokens.refresh_token)]).toEqual([true, true]);
  const started = performance.now();
  await directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'active', value: false }]);
  expect([await active(tokens.access_token), await active(tokens.refresh_token)]).toEqual([false, false]);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await here.storage.stores.sessions.list(realm.id, person.id)).toEqual([]);
  expect(await here.storage.stores.devices.trusted(realm.id, person.id)).toEqual([]);
  const refreshed = await protocolPost(provider, 'token', 'wiki', {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token ?? '',
  });
  expect(refreshed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await signInTo(provider, 'wiki', person)).tokens.access_token).toBeUndefined();
  const events = await here.storage.auditReader.list(realm.id, { subject: person.id, limit: 10 });
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['scim.user_deactivated', 'session.ended_all', 'scim.resource_changed']),
  );
  await directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'active', value: true }]);
  expect(await active(tokens.access_token)).toBe(false);
  expect((await signInTo(provider, 'wiki', person)).tokens.access_token).toBeDefined();
});

test.each([
  ['PATCH remove', [{ op: 'remove', path: 'active' }]],
  ['PATCH replace by null', [{ op: 'replace', path: 'active', value: null }]],
  ['PATCH of null without a path', [{ op: 'replace', value: { active: null } }]],
  ['PUT without it', {}],
  ['PUT of null', { active: null }],
])('%s of `active` lets nobody in again whom the directory had closed out', async (_what, body) => {
  count += 1;
  const userName = `closed-${count}`;
  const { id } = await directory.person(userName, { active: false });
  const answer = Array.isArray(body)
    ? await directory.patch(`/Users/${id}`, body)
    : await directory.put(`/Users/${id}`, { schemas: [userSchema], userName, ...body });
  expect(answer).toMatchObject({ status: 200, body: { active: false } });
  expect(await here.storage.stores.users.byId(realm.id, id)).toMatchObject({ enabled: false });
});

test('H52: no address makes a token, for nobody and not for who has one (GHSA-j8v8-g9cx-5qf4)', async () => {
  const tokens = () =>
    here.storage.database.rows({
      name: 'test_tokens',
      text: 'select id, hash from scim_token order by id',
      values: [],
    });
  const before = await tokens();
  expect(before.length).toBeGreaterThan(0);
  const under = new URL(directory.base).pathname;
  for (const path of [
    `${under}/Tokens`,
    `${under}/Users/Tokens`,
    `${under}/token`,
    '/realms/acme/scim/tokens',
    '/realms/acme/scim',
  ]) {
    for (const authorization of ['', `Bearer ${directory.token}`]) {
      for (const method of ['POST', 'PUT', 'PATCH']) {
        const answer = await fetch(new URL(path, provider.origin), {
          method,
          headers: { 'content-type': 'application/scim+json', ...(authorization === '' ? {} : { authorization }) },
          body: JSON.stringify({ schemas: [userSchema], label: 'mine', connection: 'any' }),
        });
        expect([path, method, answer.status >= 400 && answer.status < 500]).toEqual([path, method, true]);
        expect(await answer.text()).not.toContain('sparekey_scim_');
      }
    }
  }
  expect(await tokens()).toEqual(before);
});

test('DELETE ends the tokens too, and no table holds the person any more', async () => {
  const { made, tokens } = await signedIn();
  await directory.send('DELETE', `/Users/${made.id}`);
  expect([await active(tokens.access_token), await active(tokens.refresh_token)]).toEqual([false, false]);
  const tables = await here.storage.database.rows<{ name: string }>({
    name: 'tables',
    text: `select tablename as name from pg_tables where schemaname = 'public'`,
  });
  for (const { name } of tables) {
    const found = await here.storage.database.rows({
      name: `scan ${name}`,
      text: `select t::text from "${name}" t where t::text ilike '%${made.userName}%'`,
      dynamic: true,
    });
    expect([name, found]).toEqual([name, []]);
  }
});

test('a new address is told to the old one when that was verified, and counts as verified only where the settings say so', async () => {
  const trusting = await Directory.connect(here.storage, provider, realm, { settings: { trustEmail: true } });
  const made = await trusting.person('moved', { emails: [{ value: 'before@example.com' }] });
  const find = () => here.storage.stores.users.byId(realm.id, made.id);
  expect(await find()).toMatchObject({ email: 'before@example.com', emailVerified: true });
  await here.storage.outboxQueue.claim(1000);
  await trusting.patch(`/Users/${made.id}`, [
    { op: 'replace', path: 'emails', value: [{ value: 'after@example.com' }] },
  ]);
  const letters = (await here.storage.outboxQueue.claim(1000)).filter(({ kind }) => kind === 'mail');
  const told = letters.map((letter) => JSON.stringify(letter.secret)).sort();
  expect(told).toEqual([expect.stringContaining('after@example.com'), expect.stringContaining('before@example.com')]);
  const cautious = await directory.person('cautious', { emails: [{ value: 'cautious@example.com' }] });
  expect(await here.storage.stores.users.byId(realm.id, cautious.id)).toMatchObject({ emailVerified: false });
});

describe('Access tokens of the realm', () => {
  const clientToken = async (clientId: string, scope: string) =>
    (await protocolPost(provider, 'token', clientId, { grant_type: 'client_credentials', scope })).body.access_token ??
    '';
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const body = { schemas: [userSchema], userName: 'by-client' };

  test('of a client that the connection names read with scim.read and write with scim.write', async () => {
    const [reader, writer] = [await clientToken('sync', 'scim.read'), await clientToken('sync', 'scim.write')];
    expect((await directory.get('/Users?count=1', as(reader))).status).toBe(200);
    const refused = await directory.post('/Users', body, as(reader));
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('scim.write')]);
    const made = await directory.post('/Users', body, as(writer));
    expect(made.status).toBe(201);
    for (const [method, payload] of [
      ['PUT', body],
      ['PATCH', { schemas: [patchOp], Operations: [{ op: 'add', path: 'title', value: 'x' }] }],
      ['DELETE', undefined],
    ] as const) {
      expect([method, (await directory.send(method, `/Users/${made.body.id}`, payload, as(reader))).status]).toEqual([
        method,
        403,
      ]);
    }
    expect((await directory.post('/Groups', { schemas: [groupSchema], displayName: 'x' }, as(reader))).status).toBe(
      403,
    );
    const bulk = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'DELETE', path: `/Users/${made.body.id}` }],
    };
    expect((await directory.post('/Bulk', bulk, as(reader))).body.Operations[0].status).toBe('403');
    const [event] = await here.storage.auditReader.list(realm.id, { subject: made.body.id, limit: 1 });
    expect(event?.actor).toMatchObject({ kind: 'client' });
  });

  test('of a client that it does not name, without the scope, or ended, open nothing', async () => {
    const stranger = await clientToken('stranger', 'scim.write');
    const bare =
      (await protocolPost(provider, 'token', 'sync', { grant_type: 'client_credentials' })).body.access_token ?? '';
    const ended = await clientToken('sync', 'scim.write');
    await fetch(`${provider.origin}/realms/acme/protocol/openid-connect/revoke`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('sync:secret').toString('base64')}` },
      body: new URLSearchParams({ token: ended }),
    });
    for (const token of [stranger, bare, ended]) {
      const answer = await directory.get('/Users', as(token));
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('invalid_token'),
      ]);
    }
  });

  test('of a person open /Me alone, to read; the token of a directory has no /Me', async () => {
    const { person, made } = await signedIn();
    const { tokens } = await signInTo(provider, 'phone', person, { scope: 'openid scim.read' });
    const token = tokens.access_token ?? '';
    expect((await directory.get('/Me', as(token))).body).toMatchObject({ id: made.id, userName: made.userName });
    expect((await directory.get(`/Users/${made.id}`, as(token))).status).toBe(403);
    expect((await directory.send('DELETE', '/Me', undefined, as(token))).status).toBe(405);
    expect((await directory.get('/Me')).status).toBe(501);
  });
});

test('a connection that is paused asks to come back, one that is disabled is closed, a revoked or expired token is none', async () => {
  const other = await Directory.connect(here.storage, provider, realm);
  const { stores } = here.storage;
  await stores.scimConnections.move(realm.id, other.connection.id, 'paused');
  const paused = await other.get('/Users');
  expect([paused.status, paused.headers.get('retry-after')]).toEqual([503, '300']);
  await stores.scimConnections.move(realm.id, other.connection.id, 'disabled');
  expect((await other.get('/Users')).status).toBe(403);
  await stores.scimConnections.move(realm.id, other.connection.id, 'active');
  expect((await other.get('/Users')).status).toBe(200);
  const [token] = await stores.scimTokens.list(realm.id, other.connection.id);
  expect(token?.lastUsedAt).toBeInstanceOf(Date);
  await stores.scimTokens.revoke(realm.id, other.connection.id, token?.id ?? '');
  expect((await other.get('/Users')).status).toBe(401);
});

test('adding or removing a member costs the same statements in a group of two thousand as in one of two; all are read a thousand at a time', async () => {
  const ids: string[] = [];
  for (let at = 0; at < 2; at += 1) ids.push((await directory.person(`member-${at}`)).id);
  const [small, large] = [await directory.group('small', ids), await directory.group('large', ids)];
  await here.storage.database.count({
    name: 'crowd',
    text: `with made as (
        insert into user_account (realm_id, username, username_norm, email_verified, phone_number_verified, enabled, attributes, required_actions)
        select $1, 'crowd-' || n, 'crowd-' || n, false, false, true, '{}', '{}' from generate_series(1, 2000) n returning id)
      insert into user_group (realm_id, user_id, group_id) select $1, id, $2 from made`,
    values: [realm.id, large.id],
  });
  const newcomer = (await directory.person('newcomer')).id;
  const cost = async (group: string) => {
    const costs: string[][] = [];
    for (const operation of [
      { op: 'add', path: 'members', value: [{ value: newcomer }] },
      { op: 'remove', path: 'members', value: [{ value: newcomer }] },
    ]) {
      statements = [];
      expect((await directory.patch(`/Groups/${group}`, [operation])).status).toBe(204);
      costs.push(statements);
    }
    return costs;
  };
  await cost(small.id);
  expect(await cost(large.id)).toEqual(await cost(small.id));
  statements = [];
  const read = await directory.get(`/Groups/${large.id}`);
  expect(read.body.members).toHaveLength(2002);
  expect(statements.filter((name) => name === 'scim_members_page')).toHaveLength(3);
  statements = [];
  await directory.get(`/Groups/${large.id}?excludedAttributes=members`);
  expect(statements.filter((name) => name === 'scim_members_page')).toHaveLength(0);
});
