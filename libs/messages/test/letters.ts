import type { Letter, LetterKind } from '../src/index.ts';

const happening = {
  at: '2026-11-22T13:05:00Z',
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
};

/** One letter of each kind. */
export const letters: { [K in LetterKind]: Extract<Letter, { kind: K }> } = {
  sign_in_code: { kind: 'sign_in_code', code: '48213907', minutes: 10 },
  password_reset: { kind: 'password_reset', path: `/reset-password/${'r'.repeat(43)}`, minutes: 30 },
  verify_email: { kind: 'verify_email', path: `/verify-email/${'v'.repeat(43)}`, minutes: 60 },
  recovery_attempted: { kind: 'recovery_attempted', ...happening },
  code_used: { kind: 'code_used', left: 6, ...happening },
  codes_generated: { kind: 'codes_generated', count: 10, ...happening },
  codes_low: { kind: 'codes_low', left: 1 },
  codes_expiring: { kind: 'codes_expiring', days: 7, left: 8 },
  factor_added: { kind: 'factor_added', factor: 'webauthn', label: 'Work laptop', ...happening },
  factor_removed: { kind: 'factor_removed', factor: 'totp', label: 'Pixel 9', ...happening },
  password_changed: { kind: 'password_changed', ...happening },
  email_changed: { kind: 'email_changed', to: 'a•••@example.com', ...happening },
  email_set: { kind: 'email_set' },
  phone_changed: { kind: 'phone_changed', to: '••• 42', ...happening },
  locked: { kind: 'locked', ...happening },
  new_device: { kind: 'new_device', ...happening },
  recovery_frozen: { kind: 'recovery_frozen', ...happening },
  recovery_waiting: { kind: 'recovery_waiting', until: '2026-11-23T13:05:00Z', ...happening },
  account_repaired: { kind: 'account_repaired', factor: 'totp', replaced: 1, ...happening },
  pass_issued: { kind: 'pass_issued', usableAt: '2026-11-23T13:05:00Z', ...happening },
  pass_used: { kind: 'pass_used', ...happening },
  account_deleted: { kind: 'account_deleted', ...happening },
  break_glass_opened: {
    kind: 'break_glass_opened',
    place: 'Acme',
    person: 'ada.lovelace',
    operator: 'grace',
    why: 'Every administrator lost the phone',
    ...happening,
  },
  break_glass_attempted: { kind: 'break_glass_attempted', operator: 'grace', ...happening },
};
