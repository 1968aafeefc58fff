import fc from 'fast-check';
import { brokenPasswordRule, guessableWords, type PasswordWords, passwordPolicySchema } from './index.ts';

const policy = passwordPolicySchema.parse({ blocklist: ['wombat', 'Blue Fjord'] });
const words: PasswordWords = {
  person: ['ada.lovelace', 'Ada', 'Lovelace', 'ada@analytical.example'],
  realm: ['acme', 'Acme Ltd'],
};
const broken = (password: string) => brokenPasswordRule(password, policy, words)?.kind;

test.each([
  ['seven77', 'too_short'],
  // Eight code units, four characters: length is what people count.
  ['🦊🦊🦊🦊', 'too_short'],
  ['x'.repeat(257), 'too_long'],
  ['ada.lovelace', 'personal'],
  ['LOVELACE2026', 'personal'],
  ['L0vel@ce!!', 'personal'],
  ['ada@analytical.example', 'personal'],
  ['acmeacme1!', 'personal'],
  ['Wombat2026', 'blocked'],
  ['wömbát__1', 'blocked'],
  ['blue fjord!', 'blocked'],
])('%s is refused as %s', (password, kind) => {
  expect(broken(password)).toBe(kind);
});

test.each(['correct horse battery staple', 'x'.repeat(256), 'k7 lovelace mjolnir 9', '🦊🐙🦉🐳🦜🐌🦋🐢', '        '])(
  '"%s" breaks no rule of form: any composition, spaces and signs are fine',
  (password) => {
    expect(broken(password)).toBeUndefined();
  },
);

test('short parts of a name do not spoil passwords', () => {
  expect(guessableWords(['Al B. Li', 'li@io.example'])).not.toContain('li');
  expect(broken('Adamantine-7')).toBeUndefined();
});

test('a word between characters that would be a password of their own never refuses it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[bcdfghjkm]{8,40}$/), fc.nat(40), (random, at) => {
      const password = `${random.slice(0, at)}lovelace${random.slice(at)}`;
      expect(broken(password)).toBeUndefined();
    }),
  );
});

test('any text is judged without an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (password) => {
      brokenPasswordRule(password, policy, words);
    }),
  );
});
