import type { Attack } from './attack.ts';

const forms = 'apps/provider/test/attacks/forms.test.ts';
const signIn = 'apps/provider/test/attacks/sign-in.test.ts';
const journey = 'libs/sign-in/src/journey.test.ts';
const guessing = 'apps/provider/test/races/guessing.test.ts';
const limits = 'apps/demo-rp/test/browser/limits.test.ts';
const attempts = 'libs/storage/test/factors/attempts.test.ts';
const messages = 'apps/provider/src/messages/messages.test.ts';
const actions = 'apps/provider/src/interaction/actions/actions.test.ts';

/** Holes of the way in: limits, steps, what can be learned, what is shown. */
export const signInAttacks: readonly Attack[] = [
  {
    id: 'H11',
    known: 'KC#26180, KC#26177',
    hole: 'After the lock the same sign-in could be guessed on, without the password',
    holds: 'Being locked voids every proof; the sign-in begins anew',
    tests: {
      [signIn]: ['R12: a sign-in that reached the limit begins anew, in every tab of it (KC#26180)'],
      [journey]: ['being barred voids every proof: guessing cannot go on without the password (KC#26180)'],
    },
  },
  {
    id: 'H12',
    known: 'CVE-2026-9798, CVE-2026-16103',
    hole: 'One grant had no lock where it began, then none where it was redeemed',
    holds: 'Who is disabled gets nothing at any grant, however far it had come',
    tests: {
      [signIn]: [
        'R9: who is disabled between two steps, or between a code and its redemption, gets nothing (CVE-2026-16103)',
      ],
      'apps/provider/src/oidc/isolation.test.ts': [
        'a disabled person: userinfo 401, introspection inactive, no refresh, no silent sign-in',
      ],
    },
  },
  {
    id: 'H13',
    known: 'CVE-2024-32868',
    hole: 'Passwords had a limit, one-time codes had none',
    holds: 'Every factor that can be guessed has a limit of its own',
    tests: {
      [guessing]: ['500 guesses at a %s at once, from eight sign-ins through both processes, are 5 guesses (H13)'],
      [messages]: ['after five wrong codes everything proven is void, in this sign-in and with any new code (H19)'],
    },
  },
  {
    id: 'H14',
    known: 'CVE-2025-64102',
    hole: 'The limit was off by default, and newer doors had none',
    holds: 'Limits are on in a realm that decided nothing',
    tests: {
      [limits]: [
        'at the password: an honest wait in the same words for people who exist and who do not, whatever is typed then (H14)',
      ],
      'libs/policy/src/policy.test.ts': [
        'guessing against any policy stays hopeless: at the hard stop below one in a hundred million',
      ],
    },
  },
  {
    id: 'H15',
    known: 'CVE-2025-64103',
    hole: 'A session counted as signed in after one factor of two',
    holds: 'No token, account page or silent sign-in before every proof that is required',
    tests: {
      [signIn]: [
        'R17: after one factor of two nothing is open: no tokens, no account page, no silent sign-in (CVE-2025-64103)',
      ],
      [journey]: [
        'no sequence of events, of any length and in any setting, reaches done without its proofs or below the required class (H27)',
      ],
    },
  },
  {
    id: 'H16',
    known: 'GHSA-m5mf-3963-4x26',
    hole: 'Tries by username and by e-mail address were counted apart',
    holds: 'Every spelling of a name counts for one person',
    tests: {
      [guessing]: [
        '500 passwords guessed at once through both processes, by name, e-mail address and other spellings, are 5 guesses (R10, H16)',
        '500 passwords guessed at once for a name that nobody has, in several spellings, are 5 guesses too',
      ],
    },
  },
  {
    id: 'H17',
    known: 'KC#31726, KC#52646',
    hole: 'Parallel guesses beat the counter; a reset of it raced with failures',
    holds: 'Counting is one statement that commits before the check',
    tests: {
      [attempts]: [
        '500 guesses at once, by two processes and under any alias, are no more than the limit allows (H17)',
      ],
      'libs/storage/src/repositories/attempts.test.ts': [
        'a count stands though the transaction around it rolls back, also when every other connection is in a transaction',
      ],
    },
  },
  {
    id: 'H18',
    known: 'GHSA-cq42-vhv7-xr7p',
    hole: 'Anybody could lock anybody’s account for good',
    holds: 'A lock is a wait, for one factor; other ways in stay open, and a reset by mail lifts it',
    tests: {
      [signIn]: [
        'R11: who does not know the password can use up nobody’s tries at codes, and a locked app leaves codes open (H18, KC#46164)',
      ],
      'apps/provider/src/mail-links/reset-password.test.ts': [
        'who was locked out by guesses, hard stop included, gets in after a reset; the other factors keep their counts',
      ],
      [attempts]: ['a lock on one factor neither opens nor closes another'],
    },
  },
  {
    id: 'H19',
    known: 'Ory Kratos PR 4606',
    hole: 'Codes by mail were limited per flow, and flows were not: guessing over many of them',
    holds: 'Tries are counted for the person, over all sign-ins and all codes',
    tests: {
      [messages]: [
        'after five wrong codes everything proven is void, in this sign-in and with any new code (H19)',
        'no more codes than the realm allows are sent, and the last one stays good',
      ],
    },
  },
  {
    id: 'H20',
    known: 'CVE-2026-94218',
    hole: 'Restarting the sign-in dropped the flow that demanded a second factor',
    holds: 'What is demanded is looked up from the request at every step',
    tests: {
      [actions]: [
        'a temporary password is replaced before anything is issued; restart, back and a second tab shed nothing (R8, CVE-2026-94218)',
      ],
      'apps/demo-rp/test/browser/interruptions.test.ts': [
        'the back button skips no proof and repeats none: it shows where the sign-in is now',
      ],
    },
  },
  {
    id: 'H21',
    known: 'CVE-2026-18963',
    hole: 'A button of another step, posted in the reset flow, skipped the proof by mail',
    holds: 'A form of a step that is not current moves nothing; a new password is taken with a link only',
    tests: {
      [forms]: [
        'H21: whoever knows no secret gets nowhere by any buttons in any order, through the reset of a password either (CVE-2026-18963)',
      ],
      'apps/provider/src/mail-links/forgot.test.ts': [
        'asking moves no sign-in: its page is the same as before, and there is no form for a password on the way (R6, CVE-2026-18963)',
      ],
    },
  },
  {
    id: 'H22',
    known: 'CVE-2026-37982',
    hole: 'A link from a mail, followed twice, enrolled the passkey of whoever followed it',
    holds: 'A link works once, for its person and purpose; none of them enrols a factor',
    tests: {
      'libs/storage/src/repositories/action-links.test.ts': [
        'of 30 that follow one link at once, in two processes, exactly one has it (H22)',
      ],
      'apps/provider/src/mail-links/reset-password.test.ts': [
        'opening the link, as mail scanners do, changes and spends nothing; the form does, once',
      ],
    },
  },
  {
    id: 'H27',
    known: 'GHSA-wc43-73w7-x2f5, Ory Kratos#4285',
    hole: 'For people without a password the level that could be reached was computed wrong: no second factor was asked for',
    holds: 'Every first proof beside every second one reaches what it is worth',
    tests: {
      [journey]: [
        'no sequence of events, of any length and in any setting, reaches done without its proofs or below the required class (H27)',
      ],
      [messages]: ['who has no password opens a sign-in by mail, and is then asked for the second factor (H28)'],
    },
  },
  {
    id: 'H28',
    known: 'GHSA-xg6x-h9c9-2m83, better-auth#9122',
    hole: 'The second factor was asked for on the way by password only; a session was cached before it',
    holds: 'There is one journey, and every way in goes through it',
    tests: {
      [messages]: ['who has no password opens a sign-in by mail, and is then asked for the second factor (H28)'],
      'apps/provider/src/mail-links/reset-password.test.ts': [
        'a reset signs nobody in and drops no factor: the second one is asked for afterwards (R5, CVE-2026-18963, KC#12759, AK#18639)',
      ],
      [journey]: [
        'an action never starts from a session or a trusted browser alone (AK#18639, CVE-2026-3429)',
        'a trusted device never spares the second proof of a recovery, nor one that a client asks for',
      ],
    },
  },
  {
    id: 'H30',
    known: 'CVE-2026-49443',
    hole: 'An empty post skipped a step',
    holds: 'No form leads past a step but one with its proof',
    tests: {
      [forms]: ['H30: at %s no form that is empty, twofold, partial or of another step leads on (CVE-2026-49443)'],
      'libs/http/src/form.test.ts': ['whatever bytes arrive, the answer is a form or a refusal'],
    },
  },
  {
    id: 'H32',
    known: 'CVE-2026-25748',
    hole: 'A malformed cookie was taken for a session',
    holds: 'A cookie opens what it was issued for, unchanged, or nothing',
    tests: {
      [forms]: ['H32: no cookie that was cut, changed, doubled or made up opens more than none does (CVE-2026-25748)'],
      'apps/provider/src/oidc/isolation.test.ts': ['a cookie whose signature does not fit is as good as none'],
    },
  },
  {
    id: 'H33',
    known: 'authentik#18639',
    hole: 'Recovery by mail signed in without the second factor',
    holds: 'After a reset the second factor is asked for as ever',
    tests: {
      'apps/demo-rp/test/browser/forgot-password.test.ts': [
        'a forgotten password is replaced by mail, in another browser, and the second factor is asked for as ever (H33)',
      ],
    },
  },
  {
    id: 'H42',
    known: 'CVE-2026-4633, KC#48888, KC#51887, KC#26625',
    hole: 'People could be told from names that nobody has: by words, caching, an empty password, the time a mail took',
    holds: 'One answer, one cost, and no mail within the request',
    tests: {
      'apps/provider/test/attacks/enumeration.test.ts': [
        'H42: %s: nobody and every kind of person get the same answer, for the same hashes and the same statements (CVE-2026-4633)',
        'H42: wrong passwords, up to the wait and behind it, tell nobody and every kind of person alike (CVE-2026-4633)',
        'H42: a wrong password where the session knows the person costs and says the same, whether there is a password or not (CVE-2026-4633)',
      ],
      'apps/provider/src/mail-links/forgot.test.ts': [
        'known, unknown, disabled, locked people and those without an address get one answer, for no hash and the same rows (CVE-2026-4633)',
      ],
      'apps/provider/test/attempts/attempts.test.ts': [
        'nobody learns from the sign-in page whether a name exists, is disabled or has which password',
        'nor from an empty password',
      ],
      [messages]: [
        'unknown people, and those with a password, see the page of those who get a mail, and the same answers',
      ],
    },
  },
  {
    id: 'H55',
    known: 'KC#25078, KC#52730, CVE-2026-16104',
    hole: 'The error text of a passkey forged log entries; events showed secrets',
    holds: 'Logs are JSON with an allow-list of fields; no text of a browser ends an entry',
    tests: {
      'apps/provider/test/attacks/logs.test.ts': [
        'H55: no text of a browser begins an entry of the log or of the audit trail, in whatever field it comes (KC#25078)',
      ],
      'libs/http/src/logger.test.ts': ['a line break in a value cannot forge an entry'],
      'libs/storage/src/repositories/audit.test.ts': [
        'nothing that a client sends can stop an event from being written',
      ],
    },
  },
  {
    id: 'H56',
    known: 'KEYCLOAK-16890, CVE-2022-0225, CVE-2026-42849',
    hole: 'Names of people, groups and applications ran as scripts',
    holds: 'Text is text wherever it is shown, and no page allows an inline script',
    tests: {
      'apps/provider/test/attacks/scripts.test.ts': [
        'H56: whatever people, applications and realms are called, no page of the way in or of the account runs it (CVE-2022-0225)',
        'H56: what an address says is no script on any page of an error, of a link or of signing out (CVE-2026-42849)',
      ],
      'apps/provider/src/pages/contract.test.ts': [
        'what people and applications are called is never markup',
        '%s needs nothing inline and has one title and one heading',
      ],
      'apps/provider/src/pages/html.test.ts': ['any text comes out as that text, in content and in attributes'],
    },
  },
];
