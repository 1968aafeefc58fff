import { randomBytes, randomUUID } from 'node:crypto';
import type { Origin } from '@sparekey/audit';
import type { UserId } from '@sparekey/contracts';
import { defaultPolicy } from '@sparekey/policy';
import type { Realm } from '@sparekey/realms';
import { createTestDatabase, race, type TestDatabase } from '../../../testing/src/index.ts';
import { openStorage } from '../open.ts';
import type { Storage } from '../storage.ts';
import type { OidcAdapter } from './model.ts';

let database: TestDatabase;
let storage: Storage;
let realm: Realm;
let sent: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const onStatement = (name: string) => sent.push(name);
  storage = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 1), onStatement });
  realm = await storage.stores.realms.create({ name: 'r', enabled: true, policy: defaultPolicy, attributes: {} });
});

afterAll(async () => {
  await storage.close();
  await database.drop();
});

const newId = (): string => randomBytes(32).toString('base64url');
const newUser = (): UserId => randomUUID() as UserId;
const browser: Origin = { ip: '192.0.2.1', userAgent: 'browser', requestId: 'r' };
const request = <T>(work: () => Promise<T>, origin = browser): Promise<T> => storage.oidc.withRequest({ origin }, work);

function adapter(model: string): OidcAdapter {
  const refuse = (message: string) => new Error(message);
  const options = { realmId: realm.id, findClient: async () => undefined, invalidGrant: refuse };
  return storage.oidc.adapterFor({ ...options, invalidRequestUri: refuse })(model);
}
const sessions = (): OidcAdapter => adapter('Session');

interface TestSession {
  id: string;
  uid: string;
  accountId: UserId;
  authorizations?: Record<string, { sid: string; grantId: string }>;
}

const payloadOf = ({ id, ...session }: TestSession, more: object = {}) => ({
  iat: 1,
  exp: Math.floor(Date.now() / 1000) + 3600,
  jti: id,
  kind: 'Session',
  ...session,
  ...more,
});
const save = (session: TestSession, more: object = {}): Promise<void> =>
  sessions().upsert(session.id, payloadOf(session, more), 3600);

async function started(more: Partial<TestSession> = {}): Promise<TestSession> {
  const session = { id: newId(), uid: newId(), accountId: newUser(), ...more };
  await request(() => save(session));
  return session;
}

/** As oidc-provider does it: Session#resetIdentifier, then Session#save. */
async function rotate(session: TestSession): Promise<TestSession> {
  const next = { ...session, id: newId() };
  await sessions().find(session.id);
  await sessions().destroy(session.id);
  await save(next);
  return next;
}

test('a session under a new cookie value leaves the old value dead and keeps its uid and beginning', async () => {
  const session = await started();
  const [before] = await storage.stores.sessions.list(realm.id, session.accountId);
  const next = await request(() => rotate(session));
  expect(await sessions().find(session.id)).toBeUndefined();
  expect(await sessions().find(next.id)).toMatchObject({ uid: session.uid, jti: next.id });
  expect(await storage.stores.sessions.list(realm.id, session.accountId)).toMatchObject([
    { uid: session.uid, createdAt: before?.createdAt },
  ]);
});

test('a slower request that saves under the old cookie value changes nothing', async () => {
  const session = await started();
  const next = await request(() => rotate(session));
  await request(() => save(session, { accountId: newUser() }));
  expect(await sessions().find(session.id)).toBeUndefined();
  expect(await sessions().find(next.id)).toMatchObject({ accountId: session.accountId });
});

test('a session that is saved again after an early flush of the same request keeps the later state', async () => {
  const session = await started();
  const next = await request(async () => {
    const renamed = await rotate(session);
    await storage.oidc.flush();
    // Session#save destroys the old id at every save of the request.
    await sessions().destroy(session.id);
    await save(renamed, { acr: 'mfa' });
    return renamed;
  });
  expect(await sessions().find(next.id)).toMatchObject({ uid: session.uid, acr: 'mfa' });
  expect(await sessions().find(session.id)).toBeUndefined();
});

test('outside a request a new cookie value works too', async () => {
  const session = await started();
  const next = await rotate(session);
  expect(await sessions().find(next.id)).toMatchObject({ uid: session.uid });
});

test('a session that was ended does not come back under a new cookie value, whichever request is faster', async () => {
  for (let round = 0; round < 20; round += 1) {
    const session = await started();
    await race(2, async (index, barrier) => {
      await barrier();
      if (index === 0) await storage.stores.sessions.end(realm.id, session.accountId, session.uid);
      else await request(() => rotate(session));
    });
    expect(await sessions().findByUid(session.uid)).toBeUndefined();
    expect(await storage.stores.sessions.list(realm.id, session.accountId)).toEqual([]);
  }
});

test('a session destroyed in a request does not come back under a new cookie value', async () => {
  const session = await started();
  await request(() => sessions().destroy(session.id));
  await request(() => rotate(session));
  expect(await sessions().findByUid(session.uid)).toBeUndefined();
});

test('an unknown cookie value that is "replaced" begins a session', async () => {
  const next = await request(() => rotate({ id: newId(), uid: newId(), accountId: newUser() }));
  expect(await sessions().find(next.id)).toMatchObject({ uid: next.uid });
});

test('a visit that changes nothing is written at most once a minute, a change at once', async () => {
  const session = await started();
  const visit = (more: object = {}) =>
    request(async () => {
      await sessions().find(session.id);
      await save(session, more);
    });
  sent = [];
  await visit();
  expect(sent).toEqual(['oidc_session_find']);
  await visit({ acr: 'mfa' });
  expect(sent).toEqual(['oidc_session_find', 'oidc_session_find', 'oidc_write_session']);
  expect(await sessions().find(session.id)).toMatchObject({ acr: 'mfa' });
  await storage.database.count({
    name: 'test_age',
    text: `update oidc_session set last_seen_at = now() - interval '61 seconds' where uid = $1`,
    values: [session.uid],
  });
  sent = [];
  await visit({ acr: 'mfa' });
  expect(sent).toEqual(['oidc_session_find', 'oidc_write_session']);
  const [listed] = await storage.stores.sessions.list(realm.id, session.accountId);
  expect(Date.now() - Number(listed?.lastSeenAt)).toBeLessThan(30_000);
});

test('a session found by its uid can be destroyed, but its uid is no cookie value', async () => {
  const session = await started();
  const found = await sessions().findByUid(session.uid);
  expect(await sessions().find(String(found?.jti))).toBeUndefined();
  await expect(sessions().upsert(String(found?.jti), found ?? {}, 60)).rejects.toThrow('uid');
  await sessions().destroy(String(found?.jti));
  expect(await sessions().find(session.id)).toBeUndefined();
});

describe('the directory', () => {
  test('lists the live sessions of one person with where they came from, latest first', async () => {
    const accountId = newUser();
    const authorizations = { app: { sid: 's', grantId: newId() } };
    const first = await started({ accountId, authorizations });
    const second = { id: newId(), uid: newId(), accountId };
    await request(() => save(second), { ip: '2001:db8::1', userAgent: 'phone', requestId: 'r' });
    await started();
    expect(await storage.stores.sessions.list(realm.id, accountId)).toMatchObject([
      { uid: second.uid, ip: '2001:db8::1', userAgent: 'phone', clients: [] },
      { uid: first.uid, userId: accountId, ip: '192.0.2.1', userAgent: 'browser', clients: ['app'] },
    ]);
  });

  test('ending a session ends its grants and their tokens, and tells its clients', async () => {
    const accountId = newUser();
    const grantId = newId();
    const session = await started({ accountId, authorizations: { app: { sid: 'sid-1', grantId } } });
    await adapter('Grant').upsert(grantId, { jti: grantId, kind: 'Grant', accountId, clientId: 'app' }, 3600);
    const refresh = newId();
    await adapter('RefreshToken').upsert(refresh, { jti: refresh, kind: 'RefreshToken', grantId, accountId }, 3600);

    expect(await storage.stores.sessions.end(realm.id, newUser(), session.uid)).toBe(false);
    expect(await storage.stores.sessions.end(realm.id, accountId, session.uid)).toBe(true);
    expect(await storage.stores.sessions.end(realm.id, accountId, session.uid)).toBe(false);
    expect(await sessions().find(session.id)).toBeUndefined();
    expect(await adapter('Grant').find(grantId)).toBeUndefined();
    expect(await adapter('RefreshToken').find(refresh)).toBeUndefined();
    const messages = await storage.database.rows({ name: 'test_outbox', text: 'select kind, payload from outbox' });
    expect(messages).toEqual([
      { kind: 'backchannel_logout', payload: { clientId: 'app', sid: 'sid-1', sub: accountId } },
    ]);
  });

  test('ending all others keeps the one that is named', async () => {
    const accountId = newUser();
    const kept = await started({ accountId });
    await started({ accountId });
    await started({ accountId });
    expect(await storage.stores.sessions.endAll(realm.id, accountId, kept.uid)).toBe(2);
    expect(await storage.stores.sessions.list(realm.id, accountId)).toMatchObject([{ uid: kept.uid }]);
    expect(await storage.stores.sessions.endAll(realm.id, accountId)).toBe(1);
  });

  test('nothing is ended when the transaction of the caller fails', async () => {
    const session = await started();
    const failed = storage.transaction(async (stores) => {
      await stores.sessions.endAll(realm.id, session.accountId);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await sessions().find(session.id)).toBeDefined();
  });
});

test('expiry removes what ended more than ten minutes ago, and nothing else', async () => {
  const old = await started();
  const recent = await started();
  const age = (uid: string, by: string) =>
    storage.database.count({
      name: 'test_expire',
      text: 'update oidc_session set expires_at = now() - $2::interval where uid = $1',
      values: [uid, by],
    });
  await age(old.uid, '11 minutes');
  await age(recent.uid, '9 minutes');
  expect(await storage.oidc.expire()).toEqual({ tokens: 0, sessions: 1, grants: 0, interactions: 0 });
  const left = await storage.database.rows<{ uid: string }>({
    name: 'test_left',
    text: 'select uid from oidc_session',
  });
  expect(left.map(({ uid }) => uid)).toContain(recent.uid);
  expect(left.map(({ uid }) => uid)).not.toContain(old.uid);
});
