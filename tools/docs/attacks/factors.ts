import type { Attack } from './attack.ts';

const webauthn = 'libs/storage/test/factors/webauthn.test.ts';
const totp = 'libs/storage/test/factors/totp.test.ts';
const codeSets = 'libs/storage/test/factors/backup-code.test.ts';
const devices = 'apps/demo-rp/test/browser/trusted-device.test.ts';

/** Holes of the factors themselves: single use, what is stored, passkeys, trusted devices. */
export const factorAttacks: readonly Attack[] = [
  {
    id: 'H5',
    known: 'better-auth PR 6176, artifact-keeper#1822',
    hole: 'The list of codes was read, checked and written back: 14 of 30 parallel posts of one code got tokens',
    holds: 'Of any number of posts of one code one counts',
    tests: {
      [codeSets]: ['one code redeemed 200 times at once by two processes is accepted once (H5)'],
      'apps/provider/test/races/consume.test.ts': [
        'one backup code found right and spent 1,000 times by two processes at once is spent once, in each of 20 rounds',
      ],
    },
  },
  {
    id: 'H6',
    known: 'KC#13607, zitadel#6452, CVE-2022-25838, CVE-2025-6014, CVE-2025-55003',
    hole: 'A code of an authenticator app worked more than once',
    holds: 'The time step is spent with the code',
    tests: {
      [totp]: ['one code tried 100 times at once by two processes is accepted once (H6)'],
      'apps/provider/test/races/consume.test.ts': [
        'one TOTP step found right and spent 1,000 times by two processes at once is spent once, in each of 20 rounds',
      ],
    },
  },
  {
    id: 'H7',
    known: 'devise-two-factor#106',
    hole: 'A used code became valid again when the allowed drift moved on to it',
    holds: 'Steps at or below the last one are used up, in whichever window they stand',
    tests: {
      [totp]: [
        'a used code is never accepted again: not at once, not one step later, not from a window that still holds it (H7)',
        'after a code of the step ahead, the codes of the present and the past step are used too',
      ],
    },
  },
  {
    id: 'H8',
    known: 'GHSA-xmmm-jw76-q7vg',
    hole: 'A one-time code was valid for longer than it said',
    holds: 'The end is exact, by the clock of the check and by that of the database',
    tests: {
      'libs/factors/src/totp/code.test.ts': [
        'a code is good from the start of the step before its own to the last millisecond of the step after, and no longer (H8)',
      ],
      'libs/storage/test/factors/sent-code.test.ts': [
        'after ten minutes a code is refused, by the clock of the check and by that of the database',
      ],
    },
  },
  {
    id: 'H9',
    known: 'simple-login PR 2132',
    hole: 'The stored hash of a recovery code was itself accepted as the code',
    holds: 'Nothing that is stored opens anything when it is presented',
    tests: {
      'apps/provider/test/attacks/kinds.test.ts': [
        'H9: nothing that is stored opens any door when it is presented there (simple-login PR 2132)',
      ],
      [codeSets]: [
        'stored values are never accepted as a code, and a set copied to another person or another set opens nothing',
      ],
      'libs/storage/src/oidc/adapter.test.ts': [
        'every value of the database, presented as an id of any kind, finds nothing (the stored hash as a code: simple-login PR 2132)',
      ],
      'libs/storage/test/factors/sent-code.test.ts': [
        'neither the code nor a plain digest of it is stored, and what is stored is no code',
      ],
      'libs/storage/src/repositories/action-links.test.ts': [
        'the token is nowhere in the database, nor is what is stored accepted as one',
      ],
      'libs/factors/src/hash/engine.test.ts': ['a stored hash is never accepted as the password'],
    },
  },
  {
    id: 'H10',
    known: 'VilnaCRM#322',
    hole: 'Codes in an unknown format fell back to a bare SHA-256',
    holds: 'Hash formats are an allow-list; everything else verifies nothing',
    tests: { 'libs/factors/src/hash/phc.test.ts': ['%j is refused, and told why (H10)'] },
  },
  {
    id: 'H23',
    known: 'CVE-2026-4325, CVE-2026-4282',
    hole: 'One flat store for everything that is used once: an id of one kind worked as another',
    holds: 'Each kind has its own table or its kind in the key, and is looked up by it',
    tests: {
      'apps/provider/test/attacks/kinds.test.ts': [
        'H23: a secret of one kind opens no door of another kind, and its own afterwards: every pair (CVE-2026-4325, CVE-2026-4282)',
      ],
      'libs/storage/src/oidc/adapter.test.ts': ['an id of one kind is not found as any other kind (CVE-2026-4325)'],
      'apps/provider/src/mail-links/reset-password.test.ts': [
        'a link is good for its person, realm and purpose alone (CVE-2026-4325), and dies with its address and with any change of the password',
      ],
    },
  },
  {
    id: 'H24',
    known: 'CVE-2026-8830, Keycloak PR 50010',
    hole: 'The policy for passkeys was kept by the browser alone; challenges lived on and counters were ignored',
    holds: 'Every property of an answer is checked against what was asked; a challenge counts once, where it was given',
    tests: {
      [webauthn]: [
        'an answer with %s is refused at both doors, and spends nothing (H24)',
        'a challenge counts in its own sign-in, for its own purpose, and once',
        'a counter that goes back is flagged, and %s makes it %s',
        'a new key with an algorithm that was not offered is not added',
      ],
    },
  },
  {
    id: 'H25',
    known: 'kanidm#2274',
    hole: 'User verification "preferred" was skipped by browsers and still counted',
    holds: 'Without verification a passkey is no first proof, and no second one where the policy requires it',
    tests: {
      [webauthn]: ['without user verification a key is no first proof; as second one the policy decides (H25)'],
    },
  },
  {
    id: 'H26',
    known: 'open-mercato#3852, AthenaNetworks/mymate#42',
    hole: 'A half-signed-in session could enrol a passkey of its own',
    holds: 'Setting up a factor demands the level of those that are held, and an answer to options of this sign-in',
    tests: {
      'apps/provider/src/interaction/actions/actions.test.ts': [
        'who holds a second factor shows it before an action changes anything (H26, CVE-2026-3429)',
        'a passkey that is required is asked for with options of this sign-in, and a made-up answer registers nothing',
      ],
    },
  },
  {
    id: 'H29',
    known: 'authy-devise#58, better-auth PR 7644',
    hole: 'The cookie of a trusted device was good for other people, or had no record to revoke',
    holds: 'Trust is a record of one person, ends with any change of factors, and can be taken back',
    tests: {
      [devices]: [
        'the cookie of one person spares another person nothing, under whatever name (GHSA authy-devise#58)',
        'trust dies with a recovery, and can be taken back on the account page',
      ],
      'libs/storage/src/repositories/devices.test.ts': [
        'the secret of one person’s browser is worth nothing for another person (GHSA authy-devise#58)',
      ],
    },
  },
  {
    id: 'H51',
    known: 'idenplane PR 946',
    hole: 'Codes were drawn as byte modulo 65; __proto__ in a path reached the prototype of objects',
    holds: 'Every symbol is equally likely; names of object machinery are names like any other',
    tests: {
      'libs/codes/src/generate.test.ts': [
        'over a million symbols every symbol is equally likely (H51)',
        'the same measure catches symbols taken by remainder',
      ],
      'libs/http/src/form.test.ts': ['names of object machinery are names like any other'],
    },
  },
  {
    id: 'H59',
    known: 'mastodon#3961, monize PR 155, EyeDP#232',
    hole: 'A session alone, even a GET, made new backup codes',
    holds: 'New codes take a fresh second factor and a form; the old set dies when one of the new is typed back',
    tests: {
      'apps/provider/test/attacks/account.test.ts': [
        'H59: opening the page of backup codes, from wherever, makes no codes, and a form of another page neither (mastodon#3961)',
      ],
      'apps/demo-rp/test/browser/account.test.ts': [
        'new codes take a fresh proof; the old ones work until one of the new was typed back, and not after',
      ],
    },
  },
  {
    id: 'H61',
    known: 'calcom PR 10600',
    hole: 'The way in by backup code could be reached without the password',
    holds: 'A code is asked for after a right password only',
    tests: {
      'apps/provider/test/attacks/codes.test.ts': [
        'H61: a backup code without the password before it opens nothing and is not used up',
      ],
    },
  },
  {
    id: 'H62',
    known: 'better-auth#7231',
    hole: 'Using one code stored the others in another format: none of them worked any more',
    holds: 'Using a code touches that code alone',
    tests: {
      [codeSets]: [
        'every code of a set works once, in any order and however it is typed (H62)',
        'ten codes used at once are ten uses, and the count is right',
      ],
    },
  },
];
