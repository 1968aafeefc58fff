import { randomBytes } from 'node:crypto';
import { defaultPolicy } from '@sparekey/policy';
import { createFactors, createHashEngine } from './index.ts';

const engine = createHashEngine({ random: randomBytes });
const factors = createFactors({
  engine,
  peppers: { current: { id: 'pepper', key: randomBytes(32) }, byId: () => undefined },
  site: { rpId: 'localhost', origin: 'http://localhost' },
  clock: () => new Date(),
  random: randomBytes,
  sentCodeKey: randomBytes(32),
});

test('a way in by recovery is offered last, and only backup codes are one', () => {
  expect(factors.all.map(({ kind, role }) => [kind, role])).toEqual([
    ['password', 'first'],
    ['webauthn', 'second'],
    ['totp', 'second'],
    ['sms', 'second'],
    ['email', 'second'],
    ['backup_code', 'recovery'],
  ]);
  for (const factor of factors.all) expect(factors.of(factor.kind)).toBe(factor);
});

test('the form inputs are the ones of the contract, and no two factors share one', () => {
  expect(factors.all.map(({ input }) => input)).toEqual([
    'password',
    'webauthn',
    'otp',
    'sms_code',
    'email_code',
    'backup_code',
  ]);
});

test('amr holds registered values (RFC 8176) and our private one for backup codes', () => {
  expect(factors.all.map(({ amr }) => amr)).toEqual([
    ['pwd'],
    ['pop'],
    ['otp'],
    ['sms', 'otp'],
    ['otp'],
    ['otp', 'urn:sparekey:amr:backup_code'],
  ]);
});

test('input that cannot be right by its form is told apart without any slow hash', () => {
  const wellFormed = (kind: 'password' | 'totp' | 'backup_code', input: string) =>
    factors.of(kind).wellFormed(input, defaultPolicy);
  expect(['x', ' ', 'x'.repeat(1024), ''].map((input) => wellFormed('password', input))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(['123456', '12345678', '12345'].map((input) => wellFormed('totp', input))).toEqual([true, true, false]);
  expect(['k7m2 p9x4', 'K7M2-P9X4-AAAA', 'K7M2-P9X'].map((input) => wellFormed('backup_code', input))).toEqual([
    true,
    true,
    false,
  ]);
  expect(engine.stats.evaluations).toBe(0);
});
