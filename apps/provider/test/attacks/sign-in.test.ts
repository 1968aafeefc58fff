import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sparekey, sparekey } from './sparekey.ts';
import type { Person, Screen, Target, Visitor } from './target.ts';

let running: Sparekey;
let target: Target;
beforeAll(async () => {
  running = await sparekey();
  target = running;
});
afterAll(() => running.close());

/** After a right password. */
async function halfway(person: Person): Promise<Visitor> {
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  return visitor;
}

async function signedIn(person: Person): Promise<Visitor> {
  const visitor = await halfway(person);
  expect((await visitor.prove('totp', person.totp())).asks).toBe('arrived');
  return visitor;
}

/** Guesses at what the page asks for until the limit is told. */
async function guess(visitor: Visitor, proof: 'totp' | 'backup_code', wrong: string): Promise<Screen> {
  for (let tries = 0; tries < 10 && visitor.screen.status !== 429; tries += 1) await visitor.prove(proof, wrong);
  expect(visitor.screen.status).toBe(429);
  return visitor.screen;
}

test('R9: who is disabled between two steps, or between a code and its redemption, gets nothing (CVE-2026-16103)', async () => {
  const person = await target.person();
  const atFactor = await halfway(person);
  const atApplication = await signedIn(person);
  const { tokens } = await (await signedIn(person)).redeem();
  expect(tokens.refresh_token).toBeDefined();
  await target.setEnabled(person, false);

  expect((await atFactor.prove('totp', person.totp())).asks).toBe('sign_in');
  expect((await atApplication.redeem()).tokens).toEqual(expect.objectContaining({ error: 'invalid_grant' }));
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  expect((await target.token(refresh)).tokens).toEqual(expect.objectContaining({ error: 'invalid_grant' }));
  expect((await atApplication.begin({ prompt: 'none' })).asks).not.toBe('arrived');
  expect((await atApplication.open(target.accountPages[0] ?? '')).asks).toBe('sign_in');
});

test('R11: who does not know the password can use up nobody’s tries at codes, and a locked app leaves codes open (H18, KC#46164)', async () => {
  const person = await target.person();
  const attacker = target.visitor();
  await attacker.begin();
  for (let tries = 0; tries < 12; tries += 1) {
    await attacker.post({ step: 'recovery', username: person.username, backup_code: 'ABCD-EFGH' });
    await attacker.post({ username: person.username, password: '', backup_code: 'ABCD-EFGH', otp: '000000' });
  }
  await guess(await halfway(person), 'totp', '000000');
  const owner = await halfway(person);
  await owner.another('backup_code');
  expect((await owner.prove('backup_code', person.codes[0] ?? '')).status).toBe(200);
  expect(owner.screen.asks).not.toBe('backup_code');
});

test('R12: a sign-in that reached the limit begins anew, in every tab of it (KC#26180)', async () => {
  const person = await target.person();
  const visitor = await halfway(person);
  const tab = visitor.tab();
  await guess(visitor, 'totp', '000000');
  expect((await tab.prove('totp', person.totp())).asks).toBe('sign_in');
  expect((await visitor.open(tab.screen.url)).asks).toBe('sign_in');
  const codes = await halfway(person);
  await codes.another('backup_code');
  await guess(codes, 'backup_code', 'ABCD-EFGH');
  expect((await codes.open(codes.screen.url)).asks).toBe('sign_in');
});

test('R17: after one factor of two nothing is open: no tokens, no account page, no silent sign-in (CVE-2025-64103)', async () => {
  const person = await target.person();
  const visitor = await halfway(person);
  expect(visitor.screen.asks).toBe('totp');
  const { url } = visitor.screen;
  const uid = url.pathname.split('/').at(-1) ?? '';
  const seen: Screen['asks'][] = [];
  for (const page of target.accountPages) seen.push((await visitor.tab().open(page)).asks);
  expect((await visitor.tab().open(url)).asks).toBe('totp');
  // The address to which the provider itself would send the browser once the sign-in is over.
  seen.push((await visitor.tab().open(`${target.issuer}/protocol/openid-connect/auth/${uid}`)).asks);
  seen.push((await visitor.tab().begin({ prompt: 'none' })).asks);
  expect(seen).not.toContain('arrived');
  expect(new Set(seen.slice(0, target.accountPages.length))).toEqual(new Set(['sign_in']));
});

test('R18: a code of the authenticator app opens one sign-in, in whatever sign-in or tab it is typed again', async () => {
  const person = await target.person();
  const [first, second] = [await halfway(person), await halfway(person)];
  const code = person.totp();
  expect((await first.prove('totp', code)).asks).toBe('arrived');
  expect((await second.prove('totp', code)).status).toBe(422);
  expect((await second.prove('totp', ` ${code.slice(0, 3)} ${code.slice(3)} `)).status).toBe(422);
  expect((await (await halfway(person)).prove('totp', code)).status).toBe(422);
});
