import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CALLBACK } from '../../src/testing/storage.ts';
import { doorsOf, halfway } from './doors.ts';
import { type Sparekey, sparekey } from './sparekey.ts';
import { hiddenOf } from './sparekey-visitor.ts';
import type { Person } from './target.ts';

let target: Sparekey;
let person: Person;
let doors: ReturnType<typeof doorsOf>;
/** One live secret of each kind. */
let secrets: Record<string, string>;

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

beforeAll(async () => {
  target = await sparekey({ trustedDevices: { days: 30 } });
  person = await target.person();
  secrets = await secretsOf();
});
afterAll(() => target.close());

/** Which door each secret is for; a secret that is for none opens none. */
const own: Record<string, readonly string[]> = {
  'authorization code': ['code'],
  'access token': ['access', 'introspection'],
  'refresh token': ['introspection', 'refresh'],
  'ID token': [],
  'pushed request': ['pushed'],
  'id of a pushed request': ['pushed'],
  'reset link': ['reset'],
  'verification link': ['verification'],
  'veto link': ['veto'],
  'sign-in': ['signIn'],
  'session cookie': ['session'],
  'device cookie': ['device'],
  'device secret': [],
  'passkey challenge': [],
  'form token': [],
  password: ['password'],
  'code of the app': ['totp'],
  'backup code': ['backupCode'],
  'recovery pass': ['backupCode'],
};

async function secretsOf(): Promise<Record<string, string>> {
  const { acme, provider } = target;
  const { stores } = acme.storage;
  const user = await stores.users.byLogin(acme.realm.id, person.username);
  if (user === undefined) throw new Error('nobody');

  const trusted = await halfway(target, person);
  await trusted.post({ otp: person.totp(), trust: 'yes' });
  expect(trusted.screen.asks).toBe('arrived');
  const { tokens } = await trusted.redeem();
  const cookies = trusted.browser.cookiesFor(`${target.issuer}/account`);
  const cookie = (pattern: RegExp) => cookies.find(({ name }) => pattern.test(name)) ?? { name: '', value: '' };
  const device = cookie(/device/);
  doors = doorsOf({ target, person, verifier, deviceCookie: device.name });
  await trusted.begin({ code_challenge: challenge });

  const waiting = target.visitor();
  await waiting.begin();
  const [, asked = ''] = /challenge&quot;:&quot;([\w-]{43})/.exec(waiting.screen.html) ?? [];
  const uid = waiting.screen.url.pathname.split('/').at(-1) ?? '';

  const link = (purpose: 'forgot_password' | 'verify_email' | 'this_wasnt_me', data = {}) =>
    stores.actionLinks.create({ realmId: acme.realm.id, userId: user.id, purpose, ttlSeconds: 3600, data });
  const pass = provider.services.passes.make(acme.realm.id, user.id);
  const issued = { realmId: acme.realm.id, userId: user.id, operator: 'ops', needsApproval: false, minutes: 30 };
  await stores.recoveryPasses.issue({ ...issued, digest: pass.digest });
  const requestUri = await push();
  return {
    'authorization code': trusted.screen.url.searchParams.get('code') ?? '',
    'access token': tokens.access_token ?? '',
    'refresh token': tokens.refresh_token ?? '',
    'ID token': tokens.id_token ?? '',
    'pushed request': requestUri,
    'id of a pushed request': (await push()).split(':').at(-1) ?? '',
    'reset link': await link('forgot_password', { email: user.email }),
    'verification link': await link('verify_email', { email: 'new@example.com', from: user.email }),
    'veto link': await link('this_wasnt_me'),
    'sign-in': uid,
    'session cookie': cookie(/session$/).value,
    'device cookie': device.value,
    'device secret': device.value.split('.')[1] ?? '',
    'passkey challenge': asked,
    'form token': hiddenOf(waiting.screen.html).csrf ?? '',
    password: person.password,
    'code of the app': person.totp(),
    'backup code': person.codes[0] ?? '',
    'recovery pass': pass.code,
  };
}

async function push(): Promise<string> {
  const headers = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` };
  const body = new URLSearchParams({
    client_id: 'app',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: CALLBACK,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const address = `${target.issuer}/protocol/openid-connect/ext/par/request`;
  const response = await fetch(address, { method: 'POST', headers, body });
  return ((await response.json()) as { request_uri: string }).request_uri;
}

/** One stored value of each column that could hold a secret or what verifies one, in every spelling it may be typed in. */
async function storedValues(): Promise<Map<string, string>> {
  const { database } = target.acme.storage;
  const columns = await database.rows<{ place: string; tab: string; col: string; binary: boolean }>({
    name: 'test_columns',
    text: `select table_name || '.' || column_name as place, quote_ident(table_name) as tab,
             quote_ident(column_name) as col, data_type = 'bytea' as binary
           from information_schema.columns
           where table_schema = 'public' and data_type in ('bytea', 'text') and table_name not like 'audit_event%'`,
    values: [],
  });
  const values = new Map<string, string>();
  for (const { place, tab, col, binary } of columns) {
    const [row] = await database.rows<{ value: Buffer | string }>({
      name: 'test_column',
      text: `select ${binary ? col : `${col}::text`} as value from ${tab} where length(${col}::text) >= 16 limit 1`,
      values: [],
      dynamic: true,
    });
    if (row === undefined) continue;
    const { value } = row;
    if (typeof value === 'string') {
      if (value.length < 4000 && /^[\x21-\x7e]+$/.test(value)) values.set(value, place);
    } else for (const encoding of ['base64url', 'hex'] as const) values.set(value.toString(encoding), place);
  }
  return values;
}

test('H9: nothing that is stored opens any door when it is presented there (simple-login PR 2132)', async () => {
  const values = await storedValues();
  const places = new Set(values.values());
  for (const place of [
    'password_credential.phc',
    'backup_code.verifier',
    'action_link.token_digest',
    'recovery_pass.digest',
  ])
    expect([...places]).toContain(place);
  const opened: string[] = [];
  for (const [value, place] of values) {
    for (const [door, opens] of Object.entries(doors)) {
      // A sign-in stands under its uid, which its address tells: what opens it is the signature of the cookie.
      if (door !== 'signIn' && (await opens(value))) opened.push(`${place} at ${door}`);
    }
  }
  expect(opened).toEqual([]);
});

test('H23: a secret of one kind opens no door of another kind, and its own afterwards: every pair (CVE-2026-4325, CVE-2026-4282)', async () => {
  expect(Object.keys(secrets)).toEqual(Object.keys(own));
  const opened: string[] = [];
  for (const [kind, secret] of Object.entries(secrets)) {
    expect([kind, secret.length > 5]).toEqual([kind, true]);
    for (const [door, opens] of Object.entries(doors)) {
      if (!own[kind]?.includes(door) && (await opens(secret))) opened.push(`${kind} at ${door}`);
    }
  }
  expect(opened).toEqual([]);
  // Last, because what is used once is gone.
  const shut: string[] = [];
  for (const [kind, secret] of Object.entries(secrets)) {
    for (const door of own[kind] ?? [])
      if (!(await doors[door as keyof typeof doors](secret))) shut.push(`${kind} at ${door}`);
  }
  expect(shut).toEqual([]);
});
