import { codesFileName, codesText } from './index.ts';

const input = {
  realm: 'Acme',
  account: 'ann@acme.example',
  created: new Date('2026-11-22T23:59:59Z'),
  expires: new Date('2027-11-22T23:59:59Z'),
  signInUrl: 'https://id.acme.example/realms/acme/account',
  codes: ['K7M2-P9X4', 'ABCD-EFGH'],
};

test('the text tells whose codes they are, until when, where to use them, with a box to tick off each', () => {
  expect(codesText(input).split('\r\n')).toEqual([
    'Backup codes for Acme',
    '=====================',
    '',
    'Account: ann@acme.example',
    'Made on: 2026-11-22',
    'Valid until: 2027-11-22',
    'Sign in at: https://id.acme.example/realms/acme/account',
    '',
    '[ ]  1.  K7M2-P9X4',
    '[ ]  2.  ABCD-EFGH',
    '',
    'Each code works once. Tick it off when you have used it. Keep this where only you can reach it.',
    '',
  ]);
});

test('another language brings its own words', () => {
  const words = {
    title: (realm: string) => `Codici di riserva per ${realm}`,
    account: 'Account',
    created: 'Creati il',
    expires: 'Validi fino al',
    signIn: 'Accedi da',
    howTo: 'Ogni codice funziona una volta.',
  };
  expect(codesText(input, words)).toContain('Codici di riserva per Acme\r\n==========================\r\n');
});

test('a name cannot start a line of its own', () => {
  const hostile = codesText({ ...input, realm: 'A\r\n[ ] 1. FAKE', account: 'b\u2028[ ] 2. FAKE\u202e' });
  expect(hostile.split(/[\r\n\u2028]+/).filter((line) => line.includes('FAKE'))).toEqual([
    'Backup codes for A [ ] 1. FAKE',
    'Account: b [ ] 2. FAKE',
  ]);
});

test.each([
  ['acme', 'backup-codes-acme-2026-11-22.txt'],
  ['Società "Però" / Ltd.', 'backup-codes-societa-pero-ltd-2026-11-22.txt'],
  ['../../etc/passwd\r\nX: y', 'backup-codes-etc-passwd-x-y-2026-11-22.txt'],
  ['日本', 'backup-codes-2026-11-22.txt'],
  ['x'.repeat(300), `backup-codes-${'x'.repeat(40)}-2026-11-22.txt`],
])('the file of realm %j has the plain name %s', (realm, name) => {
  expect(codesFileName({ realm, created: input.created })).toBe(name);
});
