import { mayRemove, policySchema } from './index.ts';

type Kind = 'totp' | 'webauthn' | 'backup_code';

/** Removes the first of what is held. */
const removes = (
  held: Kind[],
  over: { hasPassword?: boolean; required?: boolean; allowed?: ('totp' | 'webauthn')[] },
) => {
  const { hasPassword = true, required = false, allowed = ['totp', 'webauthn'] } = over;
  const ways = { held: held.map((kind, index) => ({ id: String(index), kind })), hasPassword, required };
  return mayRemove('0', ways, policySchema.parse({ secondFactor: { allowed } }));
};

test.each<[string, Kind[], Parameters<typeof removes>[1], boolean]>([
  ['the only one where none is required', ['totp'], {}, true],
  ['the only one where one is required', ['totp'], { required: true }, false],
  ['one of two where one is required', ['totp', 'webauthn'], { required: true }, true],
  ['one of two of a kind', ['totp', 'totp'], { required: true }, true],
  ['one beside backup codes, which do not count', ['totp', 'backup_code'], { required: true }, false],
  [
    'one beside a kind that is not allowed any more',
    ['totp', 'webauthn'],
    { required: true, allowed: ['totp'] },
    false,
  ],
  [
    'one that is not allowed any more, beside one that is',
    ['webauthn', 'totp'],
    { required: true, allowed: ['totp'] },
    true,
  ],
  ['one that is not allowed any more, and is all there is', ['webauthn'], { required: true, allowed: ['totp'] }, false],
  ['the only passkey of who has no password', ['webauthn'], { hasPassword: false }, false],
  ['the only passkey of who has no password, beside an app', ['webauthn', 'totp'], { hasPassword: false }, false],
  ['the only passkey of who has no password, beside codes', ['webauthn', 'backup_code'], { hasPassword: false }, false],
  ['one of two passkeys of who has no password', ['webauthn', 'webauthn'], { hasPassword: false }, true],
  ['the app of who signs in with a passkey', ['totp', 'webauthn'], { hasPassword: false, required: true }, true],
])('%s: may be removed or not as the last way in demands', (_what, held, over, expected) => {
  expect(removes(held, over)).toBe(expected);
});

test('what is not held is not removed', () => {
  expect(mayRemove('x', { held: [], hasPassword: true, required: false }, policySchema.parse({}))).toBe(false);
});
