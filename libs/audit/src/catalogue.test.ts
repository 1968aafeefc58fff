import { auditCatalogue } from './index.ts';

const entries = Object.entries(auditCatalogue) as [
  string,
  { severity: string; summary: string; detail: readonly string[] },
][];

test('every type is an object and what happened to it, in the past tense', () => {
  for (const [type] of entries) expect(type).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
});

test('no detail has a place where a secret could stand', () => {
  const secretive = /(^|_)(password|secret|token|cookie|verifier|seed|pepper|hash|otp|value|input)($|[A-Z_])|code$/i;
  for (const [type, { detail }] of entries) {
    for (const key of detail) expect(`${type}: ${secretive.test(key) ? key : 'none'}`).toBe(`${type}: none`);
  }
});

test('every type says in a sentence what happened, and no two say the same', () => {
  const summaries = entries.map(([, { summary }]) => summary);
  for (const summary of summaries) expect(summary).toMatch(/^[A-Z].{9,}[^.]$/);
  expect(new Set(summaries).size).toBe(summaries.length);
});

test('the life of backup codes has an event for each of its verbs', () => {
  const types = Object.keys(auditCatalogue);
  for (const type of [
    'backup_codes.generated',
    'backup_codes.confirmed',
    'backup_code.consumed',
    'backup_codes.regenerated',
    'backup_codes.revoked',
    'backup_codes.expired',
  ]) {
    expect(types).toContain(type);
  }
});
