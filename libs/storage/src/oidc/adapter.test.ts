import { randomBytes, randomUUID } from 'node:crypto';
import type { RealmId } from '@sparekey/contracts';
import { createTestDatabase, race, type TestDatabase } from '../../../testing/src/index.ts';
import { openStorage } from '../open.ts';
import type { Storage } from '../storage.ts';
import { type Kind, type OidcAdapter, type TokenKind, tokenKinds } from './model.ts';

let database: TestDatabase;
let storage: Storage;
/** As another process has it: connections of its own. */
let elsewhere: Storage;
const realmId = randomUUID() as RealmId;
const accountId = randomUUID();
const kinds: readonly Kind[] = [...tokenKinds, 'Session', 'Grant', 'Interaction'];
/** Kinds whose look-up answers from the row alone. */
const findable = kinds.filter((kind) => kind !== 'ReplayDetection');
const tables = ['oidc_token', 'oidc_session', 'oidc_grant', 'oidc_interaction'];

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () => openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 1) });
  [storage, elsewhere] = await Promise.all([open(), open()]);
});

afterAll(async () => {
  await storage.close();
  await elsewhere.close();
  await database.drop();
});

const newId = (): string => randomBytes(32).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1000);
const origin = { ip: '192.0.2.1', userAgent: 'browser', requestId: 'r' };
const request = <T>(work: () => Promise<T>): Promise<T> => storage.oidc.withRequest({ origin }, work);

function adapter(model: string, realm = realmId, of = storage): OidcAdapter {
  return of.oidc.adapterFor({
    realmId: realm,
    findClient: async (clientId) => (clientId === 'app' ? { client_id: 'app' } : undefined),
    invalidGrant: (message) => new Error(`invalid_grant: ${message}`),
    invalidRequestUri: (message) => new Error(`invalid_request_uri: ${message}`),
  })(model);
}

const payloadOf = (kind: Kind, id: string, more: object = {}) => ({
  iat: now(),
  exp: now() + 60,
  jti: id,
  kind,
  clientId: 'app',
  ...(kind === 'Session' ? { uid: `uid-${id}` } : {}),
  ...more,
});

async function save(kind: Kind, id: string = newId(), more: object = {}): Promise<string> {
  await adapter(kind).upsert(id, payloadOf(kind, id, more), 60);
  return id;
}

const sql = (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  storage.database.rows({ name: 'test', text, values, dynamic: true });

/** Lets the database's clock pass over all that is stored. */
async function letExpire(seconds = 61): Promise<void> {
  for (const table of tables)
    await sql(`update ${table} set expires_at = expires_at - make_interval(secs => $1)`, [seconds]);
}

describe.each(findable)('%s', (kind) => {
  test('what was saved comes back as it was', async () => {
    const id = newId();
    const payload = payloadOf(kind, id, { scope: 'openid', nested: { list: [1, 'ü', null] } });
    await adapter(kind).upsert(id, payload, 60);
    expect(await adapter(kind).find(id)).toEqual({ ...payload, exp: expect.closeTo(payload.exp, -0.5) });
  });

  test('an expired row never comes back, not even by saving it again', async () => {
    const id = await save(kind);
    await letExpire();
    expect(await adapter(kind).find(id)).toBeUndefined();
    await save(kind, id);
    expect(await adapter(kind).find(id)).toBeUndefined();
  });

  test('a destroyed row never comes back, not even by saving it again', async () => {
    const id = await save(kind);
    await adapter(kind).destroy(id);
    expect(await adapter(kind).find(id)).toBeUndefined();
    await save(kind, id);
    expect(await adapter(kind).find(id)).toBeUndefined();
    await request(() => save(kind, id));
    expect(await adapter(kind).find(id)).toBeUndefined();
  });

  test('a row of another realm is not found', async () => {
    const id = await save(kind);
    expect(await adapter(kind, randomUUID() as RealmId).find(id)).toBeUndefined();
  });

  test('held back within a request, it is seen by that request and by nobody else until the request ends', async () => {
    const id = newId();
    await request(async () => {
      await save(kind, id);
      expect(await adapter(kind).find(id)).toMatchObject({ jti: id, kind });
      expect(await adapter(kind, realmId, elsewhere).find(id)).toBeUndefined();
    });
    expect(await adapter(kind, realmId, elsewhere).find(id)).toMatchObject({ jti: id });
  });
});

test('an id of one kind is not found as any other kind (CVE-2026-4325)', async () => {
  for (const stored of kinds) {
    const id = await save(stored);
    for (const asked of findable)
      if (asked !== stored) expect([stored, asked, await adapter(asked).find(id)]).toEqual([stored, asked, undefined]);
  }
});

test('a write that fails because the request failed leaves nothing', async () => {
  const id = newId();
  const failed = request(async () => {
    await save('AccessToken', id);
    throw new Error('no answer');
  });
  await expect(failed).rejects.toThrow('no answer');
  expect(await adapter('AccessToken').find(id)).toBeUndefined();
});

test('requests that end together share a statement, and what the database refuses fails its own request only', async () => {
  const sent: string[] = [];
  const onStatement = (name: string) => sent.push(name);
  const counted = await openStorage({ databaseUrl: database.url, masterKey: Buffer.alloc(32, 1), onStatement });
  const saved = Array.from({ length: 10 }, newId);
  const { fulfilled, rejected } = await race(11, (index) => {
    const id = saved[index];
    const tokens = adapter('AccessToken', realmId, counted);
    if (id === undefined) return tokens.upsert(newId(), payloadOf('AccessToken', 'x', { accountId: 'no uuid' }), 60);
    return tokens.upsert(id, payloadOf('AccessToken', id), 60);
  });
  await counted.close();
  expect([fulfilled.length, rejected.length]).toEqual([10, 1]);
  for (const id of saved) expect(await adapter('AccessToken').find(id)).toBeDefined();
  // One for all, and after its failure one for each.
  expect(sent.filter((name) => name === 'oidc_write_token')).toHaveLength(12);
});

test('nothing that is stored can be presented: neither ids nor what is written beside them', async () => {
  const ids = new Map<string, string>();
  for (const kind of kinds) ids.set(kind, await save(kind));
  const cookie = newId();
  const deviceCode = newId();
  const parJti = newId();
  const interaction = newId();
  await save('Interaction', interaction, {
    returnTo: `https://op.example/auth/${interaction}`,
    session: { accountId, uid: 'u', cookie },
    deviceCode,
    parJti,
  });
  const device = await save('DeviceCode', newId(), { userCode: 'BCDFGHJK' });
  const dump = JSON.stringify(await Promise.all(tables.map((table) => sql(`select to_jsonb(t) from ${table} t`))));
  // A grant's id is presented nowhere: tokens and sessions name their grants readably.
  for (const [kind, id] of ids) if (kind !== 'Grant') expect([kind, dump.includes(`"${id}"`)]).toEqual([kind, false]);
  for (const secret of [cookie, deviceCode, parJti, interaction, device, 'BCDFGHJK'])
    expect(dump).not.toContain(secret);
  expect(await adapter('Interaction').find(interaction)).toMatchObject({
    jti: interaction,
    returnTo: `https://op.example/auth/${interaction}`,
    session: { accountId, uid: 'u' },
    deviceCode,
    parJti,
  });
});

test('every value of the database, presented as an id of any kind, finds nothing (the stored hash as a code: simple-login PR 2132)', async () => {
  for (const kind of kinds) await save(kind);
  const rows = await sql(
    `select id, encode(id, 'hex') as hex, translate(encode(id, 'base64'), '+/=', '-_') as base64 from oidc_token limit 40`,
  );
  for (const value of rows.flatMap((row) => [String(row.hex), String(row.base64)]))
    for (const kind of findable) expect(await adapter(kind).find(value)).toBeUndefined();
});

describe('consume', () => {
  const consumable: TokenKind[] = [
    'AuthorizationCode',
    'RefreshToken',
    'DeviceCode',
    'BackchannelAuthenticationRequest',
    'PreAuthorizedCode',
    'PushedAuthorizationRequest',
  ];

  test.each(consumable)(
    'of 50 parallel consumptions of one %s exactly one succeeds, in two processes',
    async (kind) => {
      const id = await save(kind);
      const { fulfilled, rejected } = await race(50, async (index, barrier) => {
        await barrier();
        // Not all in one turn of the event loop, where we would sort them out before the database does.
        if (index > 25) await new Promise((resolve) => setImmediate(resolve));
        return adapter(kind, realmId, index % 2 === 0 ? storage : elsewhere).consume(id);
      });
      expect([fulfilled.length, rejected.length]).toEqual([1, 49]);
      const refusal = kind === 'PushedAuthorizationRequest' ? 'invalid_request_uri' : 'invalid_grant';
      for (const error of rejected) expect(String(error)).toContain(refusal);
      expect(await adapter(kind).find(id)).toMatchObject({ consumed: expect.closeTo(now(), -1) });
    },
  );

  test('the second consumption ends the family', async () => {
    const grantId = await save('Grant', newId(), { accountId });
    const family = { grantId, accountId };
    const code = await save('AuthorizationCode', newId(), family);
    const token = await save('AccessToken', newId(), family);
    await adapter('AuthorizationCode').consume(code);
    await expect(adapter('AuthorizationCode').consume(code)).rejects.toThrow('invalid_grant');
    expect(await adapter('AccessToken').find(token)).toBeUndefined();
    expect(await adapter('Grant').find(grantId)).toBeUndefined();
  });

  test('what is expired, destroyed or unknown cannot be consumed', async () => {
    const expired = await save('RefreshToken');
    await letExpire();
    const destroyed = await save('RefreshToken');
    await adapter('RefreshToken').destroy(destroyed);
    for (const id of [expired, destroyed, newId()])
      await expect(adapter('RefreshToken').consume(id)).rejects.toThrow('invalid_grant');
  });

  test('a device code that is saved again while it is spent stays spent', async () => {
    const id = await save('DeviceCode');
    await adapter('DeviceCode').consume(id);
    await save('DeviceCode', id, { accountId });
    expect(await adapter('DeviceCode').find(id)).toMatchObject({ accountId, consumed: expect.any(Number) });
  });
});

test('of 50 parallel requests with one proof exactly one is told that it is new', async () => {
  const id = newId();
  const { fulfilled } = await race(50, async (index, barrier) => {
    await barrier();
    const proofs = adapter('ReplayDetection', realmId, index % 2 === 0 ? storage : elsewhere);
    const found = await proofs.find(id);
    if (found) return 'replayed';
    await proofs.upsert(id, payloadOf('ReplayDetection', id), 30);
    return 'new';
  });
  expect(fulfilled.filter((answer) => answer === 'new')).toHaveLength(1);
  expect(await adapter('ReplayDetection').find(id)).toBeDefined();
});

test('revokeByGrantId ends the tokens of its kind and grant, and no others', async () => {
  const grantId = newId();
  const mine = await save('AccessToken', newId(), { grantId });
  const refresh = await save('RefreshToken', newId(), { grantId });
  const other = await save('AccessToken', newId(), { grantId: newId() });
  await adapter('AccessToken').revokeByGrantId(grantId);
  expect(await adapter('AccessToken').find(mine)).toBeUndefined();
  expect(await adapter('RefreshToken').find(refresh)).toBeDefined();
  expect(await adapter('AccessToken').find(other)).toBeDefined();
});

test('a clock that runs ten minutes ahead or behind does not change when a token ends', async () => {
  for (const skew of [-600, 600]) {
    const id = newId();
    // Written by a machine whose clock is off: its exp is off by as much.
    const payload = { ...payloadOf('RefreshToken', id), exp: now() + skew + 60 };
    await adapter('RefreshToken').upsert(id, payload, 60);
    const found = await adapter('RefreshToken').find(id);
    expect(Math.abs(Number(found?.exp) - (now() + 60))).toBeLessThanOrEqual(2);
  }
});

test.each(findable)('text that Postgres refuses cannot make a %s unreadable', async (kind) => {
  // What a link can put into a session or interaction, e.g. ?state=%00.
  const id = await save(kind, newId(), { state: { state: 'a\u0000b\ud800c' }, params: { 'k\u0000': '\\u0000' } });
  const found = await adapter(kind).find(id);
  expect(found).toMatchObject({ state: { state: 'a\ufffdb\ufffdc' }, params: { 'k\ufffd': '\\u0000' } });
});

test('a token without an end never expires', async () => {
  const id = newId();
  await adapter('InitialAccessToken').upsert(id, { jti: id, kind: 'InitialAccessToken' });
  const found = await adapter('InitialAccessToken').find(id);
  expect(found).toEqual({ jti: id, kind: 'InitialAccessToken' });
});

test('a device code is found by its user code, with the device code that nobody stored readably', async () => {
  const id = await save('DeviceCode', newId(), { userCode: 'WXYZWXYZ' });
  expect(await adapter('DeviceCode').findByUserCode('WXYZWXYZ')).toMatchObject({ jti: id, userCode: 'WXYZWXYZ' });
  expect(await adapter('DeviceCode').findByUserCode('XXXXXXXX')).toBeUndefined();
  await adapter('DeviceCode').destroy(id);
  expect(await adapter('DeviceCode').findByUserCode('WXYZWXYZ')).toBeUndefined();
});

test('clients come from the realm’s configuration and cannot be written through the engine', async () => {
  expect(await adapter('Client').find('app')).toEqual({ client_id: 'app' });
  expect(await adapter('Client').find('nobody')).toBeUndefined();
  await expect(adapter('Client').upsert('app', {}, 1)).rejects.toThrow('repository');
});

test('a model that nobody knows is refused', () => {
  expect(() => adapter('Surprise')).toThrow('Surprise');
});
