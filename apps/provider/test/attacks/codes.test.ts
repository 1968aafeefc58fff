import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { race } from '@sparekey/testing';
import { type Sparekey, sparekey } from './sparekey.ts';
import type { Person, Target, Visitor } from './target.ts';

let running: Sparekey;
let target: Target;
beforeAll(async () => {
  running = await sparekey();
  target = running;
});
afterAll(() => running.close());

/** Where a backup code is asked for, after the password. */
async function atRecovery(person: Person): Promise<Visitor> {
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  expect((await visitor.another('backup_code')).asks).toBe('backup_code');
  return visitor;
}

/** Signed in with everything the person has. */
async function signedIn(person: Person): Promise<Visitor> {
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  expect((await visitor.prove('totp', person.totp())).asks).toBe('arrived');
  return visitor;
}

const accepted = (visitor: Visitor) => visitor.screen.status < 400 && visitor.screen.asks !== 'backup_code';

test('R1: two parallel posts of one backup code make exactly one session (KC#26106)', async () => {
  const person = await target.person();
  const visitors = [await atRecovery(person), await atRecovery(person)];
  const { rejected } = await race(2, async (index, barrier) => {
    await barrier();
    await visitors[index]?.prove('backup_code', person.codes[0] ?? '');
  });
  expect(rejected).toEqual([]);
  expect(visitors.filter(accepted)).toHaveLength(1);
  const again = await atRecovery(person);
  await again.prove('backup_code', person.codes[0] ?? '');
  expect(accepted(again)).toBe(false);
});

test('R2: backup codes that come from the browser are worth nothing, whatever field they come in', async () => {
  const person = await target.person({ codes: false });
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  const shown = await visitor.prove('totp', person.totp());
  expect(shown.asks).toBe('confirm_codes');
  expect(shown.codes.length).toBeGreaterThan(7);
  const own = 'ABCD-EFGH';
  const planted = Object.fromEntries(
    ['codes', 'codes[]', 'backup_codes', 'backup_code', 'generatedRecoveryAuthnCodes', 'secret'].map((f) => [f, own]),
  );
  expect((await visitor.confirm(own, planted)).status).toBe(422);
  expect((await visitor.confirm(shown.codes[0] ?? '', planted)).asks).toBe('arrived');
  const later = await atRecovery(person);
  await later.prove('backup_code', own);
  expect(accepted(later)).toBe(false);
  await later.prove('backup_code', shown.codes[1] ?? '');
  expect(accepted(later)).toBe(true);
});

test('R3: once shown, backup codes can be read by nobody: not by a reload, not on any page of the account', async () => {
  const person = await target.person({ codes: false });
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  const { codes, url } = await visitor.prove('totp', person.totp());
  expect(codes.length).toBeGreaterThan(7);
  const seen = [await visitor.open(url), await visitor.confirm(codes[0] ?? '')];
  for (const page of target.accountPages) seen.push(await visitor.open(page));
  const everything = seen.map(({ html }) => html).join('\n');
  for (const code of codes) {
    expect(everything).not.toContain(code);
    expect(everything).not.toContain(code.replaceAll('-', ''));
  }
});

test('R14: a set that was replaced, that expired, or whose person left opens nothing any more (stage-door#143)', async () => {
  const [renewed, late, gone] = [await target.person(), await target.person(), await target.person()];
  const visitor = await signedIn(renewed);
  await visitor.open(`${target.issuer}/account/backup-codes`);
  const { codes } = await visitor.post({});
  expect(codes.length).toBeGreaterThan(7);
  await visitor.confirm(codes[0] ?? '');
  await target.expireCodes(late);
  for (const person of [renewed, late]) {
    const attacker = await atRecovery(person);
    await attacker.prove('backup_code', person.codes[1] ?? '');
    expect(accepted(attacker)).toBe(false);
  }
  const attacker = await atRecovery(gone);
  await target.setEnabled(gone, false);
  await attacker.prove('backup_code', gone.codes[1] ?? '');
  expect(attacker.screen.asks).toBe('sign_in');
});

test('H61: a backup code without the password before it opens nothing and is not used up', async () => {
  const person = await target.person();
  const attacker = target.visitor();
  await attacker.begin();
  const code = person.codes[0] ?? '';
  for (const fields of [
    { username: person.username, backup_code: code },
    { username: person.username, action: 'try:backup_code' },
    { step: 'recovery', username: person.username, backup_code: code },
    { step: 'factor', action: 'try:backup_code', username: person.username },
  ] as Record<string, string>[]) {
    await attacker.post(fields);
    expect(attacker.screen.asks).toBe('sign_in');
  }
  const owner = await atRecovery(person);
  await owner.prove('backup_code', code);
  expect(accepted(owner)).toBe(true);
});
