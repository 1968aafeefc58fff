import type { Realm } from '@sparekey/realms';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { Directory, groupSchema, userSchema } from '../../src/testing/directory.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let directory: Directory;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  directory = await Directory.connect(here.storage, provider, realm, {
    settings: { events: { delivery: 'poll', audience: 'https://receiver.example' } },
  });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const prov = 'urn:ietf:params:scim:event:prov';

/** Asks for what is there and verifies it as a receiver does, oldest first. */
async function received(ack: string[] = []) {
  const { body } = await directory.post('/Events', { ack, returnImmediately: true });
  const keys = createRemoteJWKSet(new URL(`${provider.origin}/realms/acme/protocol/openid-connect/certs`));
  const tokens = Object.entries(body.sets as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    tokens.map(async ([jti, token]) => {
      const { payload } = await jwtVerify(token, keys, {
        issuer: `${provider.origin}/realms/acme`,
        audience: 'https://receiver.example',
      });
      expect([decodeProtectedHeader(token).typ, payload.jti]).toEqual(['secevent+jwt', jti]);
      const [[uri, detail] = []] = Object.entries(payload.events as Record<string, unknown>);
      return { jti, uri: String(uri).replace(`${prov}:`, ''), detail, subject: payload.sub_id };
    }),
  );
}

test('each change is told until it is acknowledged: signed, typed, with names of attributes and no values', async () => {
  const made = await directory.person('told', { title: 'secret-title', externalId: 'x-1' });
  await directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'title', value: 'other-secret' }]);
  await directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'title', value: 'other-secret' }]);
  await directory.put(`/Users/${made.id}`, {
    schemas: [userSchema],
    userName: 'told',
    externalId: 'x-1',
    nickName: 'n',
  });
  for (const active of [false, true])
    await directory.patch(`/Users/${made.id}`, [{ op: 'replace', path: 'active', value: active }]);
  const group = await directory.group('told');
  await directory.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: made.id }] }]);
  await directory.send('DELETE', `/Users/${made.id}`);

  const events = await received();
  const subject = { format: 'scim', uri: `/Users/${made.id}`, externalId: 'x-1' };
  expect(events.map(({ uri, detail }) => [uri, detail])).toEqual([
    ['create:notice', { attributes: ['active', 'title', 'userName'] }],
    ['patch:notice', { attributes: ['title'] }],
    ['put:notice', { attributes: ['nickName', 'title'] }],
    ['deactivate', {}],
    ['activate', {}],
    ['create:notice', { attributes: ['displayName'] }],
    ['patch:notice', { attributes: ['members'] }],
    ['delete', {}],
    ['patch:notice', { attributes: ['members'] }],
  ]);
  expect(events[0]?.subject).toEqual(subject);
  expect(JSON.stringify(events)).not.toContain('secret');

  const [first, ...rest] = events.map(({ jti }) => jti);
  expect((await received([first ?? ''])).map(({ jti }) => jti)).toEqual(rest);
  expect((await received(rest)).length).toBe(0);
});

test('what another door changes is told too, in the transaction of the change', async () => {
  const made = await directory.person('door');
  await received((await received()).map(({ jti }) => jti));
  const person = await here.storage.stores.users.byId(realm.id, made.id);
  if (person === undefined) throw new Error('nobody');
  const lost = here.storage.transaction(async (stores) => {
    await stores.users.update({ ...person, firstName: 'Never' });
    throw new Error('rolled back');
  });
  await expect(lost).rejects.toThrow('rolled back');
  await here.storage.stores.users.update({ ...person, enabled: false });
  expect((await received()).map(({ uri }) => uri)).toEqual(['deactivate']);
});

test('a page is as large as is asked for, and says that there is more; what is refused is not sent again', async () => {
  await received((await received()).map(({ jti }) => jti));
  for (const at of [1, 2, 3]) await directory.post('/Groups', { schemas: [groupSchema], displayName: `page-${at}` });
  const { body } = await directory.post('/Events', { maxEvents: 2 });
  expect([Object.keys(body.sets).length, body.moreAvailable]).toEqual([2, true]);
  const [bad = ''] = Object.keys(body.sets);
  await directory.post('/Events', { maxEvents: 0, setErrs: { [bad]: { err: 'invalid_key', description: 'x' } } });
  expect((await received()).map(({ jti }) => jti)).not.toContain(bad);
});

test('a connection that tells nobody keeps nothing, and has no address for it; nobody acknowledges for another', async () => {
  const silent = await Directory.connect(here.storage, provider, realm);
  await silent.person('silent');
  expect((await silent.post('/Events', {})).status).toBe(404);
  const pending = await here.storage.stores.scimSecurityEvents.pending(realm.id, silent.connection.id, 10);
  expect(pending).toEqual([]);
  const other = await Directory.connect(here.storage, provider, realm, { settings: { events: { delivery: 'poll' } } });
  const before = await received();
  await other.post('/Events', { ack: before.map(({ jti }) => jti) });
  expect(await received()).toEqual(before);
});
