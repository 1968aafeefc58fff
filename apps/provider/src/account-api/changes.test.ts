import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuthenticatorId } from '@sparekey/contracts';
import type { Realm, User } from '@sparekey/realms';
import { race } from '@sparekey/testing';
import { type ApiProvider, type CallOptions, startApiProvider } from '../testing/account-api.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';
import { totpCode } from '../testing/totp-code.ts';

const MFA = 'urn:sparekey:acr:mfa';
const RECOVERY = 'urn:sparekey:acr:recovery';
const OLD_SECRET = Buffer.alloc(20, 7);

let database: TestStorage;
let api: ApiProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  database = await openTestStorage();
  realm = await addRealm(database.storage, 'acme', {
    secondFactor: { required: 'required' },
    trustedDevices: { days: 30 },
    account: { deletion: true },
  });
  await addClient(database.storage, realm, { clientId: 'app', name: 'Portal', scopes: ['account'] });
  api = await startApiProvider(database);
});

afterAll(async () => {
  await api.close();
  await database.close();
});

/** Someone with a password and an authenticator app. */
async function somebody() {
  const { stores } = database.storage;
  const user = await addUser(database.storage, realm, { username: `person-${number++}` });
  await stores.passwords.set(realm.id, user.id, await api.engine.hash('the password of before'));
  const app = await stores.totp.add(realm.id, user.id, {
    label: 'Phone',
    secret: OLD_SECRET,
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  const signIn = (more: { acr?: string; ageSeconds?: number } = {}) => api.tokens({ user, ...more });
  const { accessToken: token } = await signIn();
  const call = (operation: string, options: CallOptions = {}) => api.call('acme', operation, { token, ...options });
  const types = async () => (await trail(user)).map(({ type }) => type);
  return { user, app, token, call, signIn, types };
}

const trail = ({ id }: User) => database.storage.auditReader.list(realm.id, { subject: id, limit: 50 });

/** Kinds of the letters that wait for somebody. */
async function letters({ id }: User): Promise<string[]> {
  const claimed = await database.storage.outboxQueue.claim(200, ['mail']);
  return claimed.flatMap(({ secret }) => (secret?.userId === id ? [(secret.letter as { kind: string }).kind] : []));
}

describe('step-up', () => {
  test.each([
    ['an old proof', { acr: MFA, ageSeconds: 400 }],
    ['a password alone', { acr: 'urn:sparekey:acr:1fa', ageSeconds: 0 }],
    ['a recovery', { acr: RECOVERY, ageSeconds: 0 }],
  ])(
    'R7: %s changes nothing: the challenge says what to ask for, and who asks for that may (CVE-2026-3429)',
    async (_what, weak) => {
      const { user, app, signIn } = await somebody();
      const { accessToken, rp } = await signIn(weak);
      const rename = (token: string) => api.call('acme', `PATCH /factors/${app}`, { token, body: { label: 'New' } });
      const refused = await rename(accessToken);
      expect(refused).toMatchObject({ status: 401, body: { code: 'insufficient_user_authentication' } });
      const challenge = refused.headers.get('www-authenticate') ?? '';
      expect(challenge).toBe(
        `Bearer realm="acme", error="insufficient_user_authentication", acr_values="${MFA}", max_age="300"`,
      );
      const wanted = Object.fromEntries(
        [...challenge.matchAll(/(acr_values|max_age)="([^"]+)"/g)].map((m) => [m[1], m[2]]),
      );
      const after = await api.tokens({ user, rp, parameters: wanted as Record<string, string> });
      expect((await rename(after.accessToken)).status).toBe(204);
      // The sign-in of one authorization is not that of another.
      expect((await rename(accessToken)).status).toBe(401);
    },
  );

  test('a fresh recovery may add a factor, and nothing else', async () => {
    const { call, signIn, app } = await somebody();
    const { accessToken: token } = await signIn({ acr: RECOVERY });
    const begun = await call('POST /factors/totp', { token });
    const code = totpCode(begun.body.secret);
    expect((await call('POST /factors/totp/confirm', { token, body: { code } })).status).toBe(201);
    for (const closed of [`DELETE /factors/${app}`, 'POST /backup-codes', 'GET /activity', 'DELETE /sessions'])
      expect([closed, (await call(closed, { token })).status]).toEqual([closed, 401]);
    const stale = await signIn({ acr: RECOVERY, ageSeconds: 400 });
    expect((await call('POST /factors/totp', { token: stale.accessToken })).status).toBe(401);
  });
});

describe('authenticator apps', () => {
  test('one is added by its first code, is told of, and of two parallel confirmations one wins', async () => {
    const { user, call, types } = await somebody();
    await letters(user);
    const begun = await call('POST /factors/totp');
    expect(begun.headers.get('cache-control')).toBe('no-store');
    expect((await call('POST /factors/totp/confirm', { body: { code: '000000' } })).body.code).toBe('wrong_code');
    const body = { code: totpCode(begun.body.secret), label: 'Tablet' };
    const { fulfilled } = await race(2, async (_index, barrier) => {
      await barrier();
      return call('POST /factors/totp/confirm', { body });
    });
    expect(fulfilled.map(({ status }) => status).sort()).toEqual([201, 422]);
    const { body: listed } = await call('GET /factors');
    expect(listed.factors.map(({ kind, label }: { kind: string; label: string }) => `${kind} ${label}`)).toEqual([
      'password ',
      'totp Phone',
      'totp Tablet',
    ]);
    const [event] = (await trail(user)).filter(({ type }) => type === 'totp.enrolled');
    expect(event).toMatchObject({ clientId: 'app', sessionUid: expect.any(String), outcome: 'success' });
    expect((await types()).filter((type) => type === 'totp.enrolled')).toHaveLength(1);
    expect(await letters(user)).toEqual(['factor_added']);
  });

  test('a secret begun before is worth nothing once another is begun', async () => {
    const { call } = await somebody();
    const first = await call('POST /factors/totp');
    await call('POST /factors/totp');
    const body = { code: totpCode(first.body.secret) };
    expect((await call('POST /factors/totp/confirm', { body })).status).toBe(422);
  });

  test('the last one stays where one is required, also of two that are removed at once', async () => {
    const { call, app } = await somebody();
    expect((await call(`DELETE /factors/${app}`)).body.code).toBe('conflict');
    const begun = await call('POST /factors/totp');
    const added = await call('POST /factors/totp/confirm', { body: { code: totpCode(begun.body.secret) } });
    const { fulfilled } = await race(2, async (index, barrier) => {
      await barrier();
      return call(`DELETE /factors/${index === 0 ? app : added.body.id}`);
    });
    expect(fulfilled.map(({ status }) => status).sort()).toEqual([204, 409]);
  });
});

describe('backup codes', () => {
  test('codes are in the answer that makes them and nowhere else, and count once one was typed back', async () => {
    const { user, call } = await somebody();
    const made = await call('POST /backup-codes');
    expect(made).toMatchObject({ status: 201, body: { replaces: false } });
    expect(made.headers.get('cache-control')).toBe('no-store');
    const standing = await call('GET /backup-codes');
    expect(standing.body).toMatchObject({ pending: { count: made.body.codes.length } });
    expect(standing.body.active).toBeUndefined();
    const [code = ''] = made.body.codes as string[];
    expect((await call('POST /backup-codes/confirm', { body: { code: 'nonsense!' } })).body.code).toBe(
      'validation_failed',
    );
    expect((await call('POST /backup-codes/confirm', { body: { code } })).status).toBe(204);
    const { body } = await call('GET /backup-codes');
    expect(body.active).toMatchObject({ count: made.body.codes.length, left: made.body.codes.length, uses: [] });
    const everywhere = JSON.stringify([body, await trail(user)]);
    for (const each of made.body.codes as string[]) expect(everywhere).not.toContain(each);
  });

  test('a new set replaces the old one when confirmed, not before, and of two parallel confirmations one wins', async () => {
    const { user, call, types } = await somebody();
    const first = await call('POST /backup-codes');
    await call('POST /backup-codes/confirm', { body: { code: first.body.codes[0] } });
    const old = await database.storage.stores.backupCodes.active(realm.id, user.id);
    const second = await call('POST /backup-codes');
    expect(second.body.replaces).toBe(true);
    expect((await database.storage.stores.backupCodes.active(realm.id, user.id))?.id).toBe(old?.id);
    const { fulfilled } = await race(2, async (_index, barrier) => {
      await barrier();
      return call('POST /backup-codes/confirm', { body: { code: second.body.codes[3] } });
    });
    expect(fulfilled.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await types()).filter((type) => type === 'backup_codes.regenerated')).toHaveLength(1);
    expect((await call('POST /backup-codes/confirm', { body: { code: second.body.codes[3] } })).status).not.toBe(204);
  });
});

test('a new password is judged, ends the other sessions and leaves the one that asks', async () => {
  const { user, call, signIn, token } = await somebody();
  const elsewhere = await signIn();
  const weak = await call('PUT /password', { body: { newPassword: `${user.username}1` } });
  expect(weak).toMatchObject({ status: 422, body: { code: 'password_refused' } });
  const newPassword = 'seven lilac submarines';
  expect((await call('PUT /password', { body: { newPassword } })).status).toBe(204);
  expect((await call('GET /profile', { token: elsewhere.accessToken })).status).toBe(401);
  expect((await call('GET /profile', { token })).status).toBe(200);
  expect((await trail(user)).find(({ type }) => type === 'password.changed')).toMatchObject({ clientId: 'app' });
});

describe('profile', () => {
  test.each(['username', 'emailVerified', 'enabled', 'id', 'realmRoles', 'requiredActions', '__proto__'])(
    'H48: nobody assigns %s: the answer names the key and nothing is changed (CVE-2026-17526, CVE-2024-37905)',
    async (key) => {
      const { user, call } = await somebody();
      const body = `{"firstName":"Eve","${key}":true}`;
      const answer = await call('PATCH /profile', { body });
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', detail: `not known here: ${key}` },
      });
      expect(await database.storage.stores.users.byId(realm.id, user.id)).toEqual(user);
    },
  );

  test('what is left out stays, null takes it away, and a new address waits for its own mailbox', async () => {
    const { user, call } = await somebody();
    await letters(user);
    await call('PATCH /profile', { body: { firstName: 'Ada', lastName: 'Byron' } });
    const changed = await call('PATCH /profile', { body: { lastName: null, email: 'new@example.com' } });
    expect(changed.body).toMatchObject({ emailLinkSent: true, profile: { firstName: 'Ada', email: user.email } });
    expect(changed.body.profile.lastName).toBeUndefined();
    expect(await letters(user)).toEqual(['verify_email']);
    for (let sent = 1; sent < 5; sent += 1) await call('PATCH /profile', { body: { email: `a${sent}@example.com` } });
    expect((await call('PATCH /profile', { body: { email: 'a5@example.com' } })).status).toBe(429);
  });

  test('a change does not undo what an administrator did at the same time', async () => {
    const { user, call } = await somebody();
    const answer = await database.storage.transaction(async (stores) => {
      await stores.users.lock(realm.id, user.id);
      const changing = call('PATCH /profile', { body: { firstName: 'Ada' } });
      // By then the request has read the person as they were.
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await database.storage.database.row({ name: 'test_waiting', text: waiting, values: [] })) === undefined);
      await stores.users.update({ ...user, enabled: false });
      return { changing };
    });
    expect((await answer.changing).status).toBe(401);
    expect(await database.storage.stores.users.byId(realm.id, user.id)).toMatchObject({ enabled: false });
  });

  test.each([
    ['a body over 16 KiB', { body: { firstName: 'x'.repeat(17_000) } }, 413],
    ['a form', { body: 'firstName=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['no JSON', { body: '{"firstName":' }, 400],
    ['a name of the wrong type', { body: { firstName: 1 } }, 400],
    ['a name of 101 characters', { body: { firstName: 'x'.repeat(101) } }, 400],
    ['an address that is none', { body: { email: 'nowhere' } }, 400],
  ])('%s is refused', async (_what, options, status) => {
    const { call } = await somebody();
    expect((await call('PATCH /profile', options)).status).toBe(status);
  });
});

test('nothing of another person is seen or touched by its id', async () => {
  const [one, other] = [await somebody(), await somebody()];
  const { stores } = database.storage;
  const device = await stores.devices.add(realm.id, other.user.id, { secretHash: Buffer.alloc(32), trusted: true });
  const [session] = await stores.sessions.list(realm.id, other.user.id);
  const calls = [
    `PATCH /factors/${other.app}`,
    `DELETE /factors/${other.app}`,
    `DELETE /sessions/${session?.uid}`,
    `DELETE /trusted-devices/${device}`,
    'DELETE /applications/no%27such',
    'DELETE /sessions/%00',
    'DELETE /sessions/%E0%A4%A',
    'DELETE /factors/..%2F..%2Fx',
  ];
  for (const each of calls) {
    const answer = await one.call(each, each.startsWith('PATCH') ? { body: { label: 'Mine' } } : {});
    expect([each, answer.status, answer.body.code]).toEqual([each, 404, 'not_found']);
  }
  const [left] = await stores.totp.list(realm.id, other.user.id);
  expect(left).toMatchObject({ id: other.app as AuthenticatorId, label: 'Phone' });
  expect(await stores.sessions.list(realm.id, other.user.id)).toHaveLength(1);
  expect(await stores.devices.trusted(realm.id, other.user.id)).toHaveLength(1);
});

test('every change is told to its person as on the pages, and the trail says which application made it', async () => {
  const { user, call, app } = await somebody();
  await letters(user);
  const begun = await call('POST /factors/totp');
  await call('POST /factors/totp/confirm', { body: { code: totpCode(begun.body.secret) } });
  await call(`DELETE /factors/${app}`);
  const made = await call('POST /backup-codes');
  await call('POST /backup-codes/confirm', { body: { code: made.body.codes[0] } });
  await call('PUT /password', { body: { newPassword: 'seven lilac submarines' } });
  expect((await letters(user)).sort()).toEqual([
    'codes_generated',
    'factor_added',
    'factor_removed',
    'password_changed',
  ]);
  const changes = (await trail(user)).filter(({ type }) => type !== 'sign_in.completed');
  expect(changes.length).toBeGreaterThanOrEqual(6);
  for (const { type, clientId, sessionUid } of changes)
    expect({ type, clientId, sessionUid }).toEqual({ type, clientId: 'app', sessionUid: expect.any(String) });
});

test('activity comes page by page without gap or double, and takes no query that it does not know', async () => {
  const { call, app } = await somebody();
  for (const label of ['a', 'b', 'c', 'd', 'e']) await call(`PATCH /factors/${app}`, { body: { label } });
  const seen: string[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const { body } = await call(`GET /activity?limit=2${next === '' ? '' : `&after=${next}`}`);
    seen.push(...body.entries.map(({ id }: { id: string }) => id));
    next = body.next;
  }
  expect(seen.length).toBeGreaterThanOrEqual(5);
  expect(new Set(seen).size).toBe(seen.length);
  for (const query of ['limit=0', 'limit=101', 'limit=1&limit=2', 'after=x', 'subject=other'])
    expect([query, (await call(`GET /activity?${query}`)).status]).toEqual([query, 400]);
});

test('sessions, devices and applications are listed and ended, each with its event', async () => {
  const { user, call, signIn, types } = await somebody();
  const { stores } = database.storage;
  const device = await stores.devices.add(realm.id, user.id, { secretHash: Buffer.alloc(32), trusted: true });
  await signIn();
  await signIn();
  const { body } = await call('GET /sessions');
  expect(body.sessions).toHaveLength(3);
  expect(body.sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  const other = body.sessions.find(({ current }: { current: boolean }) => !current);
  expect((await call(`DELETE /sessions/${other.id}`)).status).toBe(204);
  expect((await call('DELETE /sessions')).body).toEqual({ ended: 1 });
  expect((await call('GET /trusted-devices')).body.devices).toHaveLength(1);
  expect((await call(`DELETE /trusted-devices/${device}`)).status).toBe(204);
  expect((await call('GET /applications')).body.applications).toMatchObject([{ id: 'app', name: 'Portal' }]);
  expect((await call('DELETE /applications/app')).status).toBe(204);
  expect((await call('GET /profile')).status).toBe(401);
  for (const type of ['session.ended', 'session.ended_all', 'device.revoked', 'consent.withdrawn'])
    expect(await types()).toContain(type);
});

describe('the end of the account', () => {
  test('everything goes with the repeated username, and the token with it', async () => {
    const { user, call } = await somebody();
    const wrong = await call('POST /deletion', { body: { username: 'somebody-else' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect((await call('POST /deletion', { body: { username: user.username } })).status).toBe(204);
    expect(await database.storage.stores.users.byId(realm.id, user.id)).toBeUndefined();
    expect((await call('GET /profile')).status).toBe(401);
  });

  test('where the policy leaves it to administrators nobody deletes their account', async () => {
    const cautious = await addRealm(database.storage, 'cautious');
    await addClient(database.storage, cautious, { clientId: 'app', scopes: ['account'] });
    const user = await addUser(database.storage, cautious, { username: 'ada' });
    const { accessToken: token } = await api.tokens({ user, realm: 'cautious' });
    const answer = await api.call('cautious', 'POST /deletion', { token, body: { username: 'ada' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await database.storage.stores.users.byId(cautious.id, user.id)).toBeDefined();
  });
});
