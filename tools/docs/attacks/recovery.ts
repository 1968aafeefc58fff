import type { Attack } from './attack.ts';

const codes = 'apps/provider/test/attacks/codes.test.ts';
const signIn = 'apps/provider/test/attacks/sign-in.test.ts';
const limits = 'apps/demo-rp/test/browser/limits.test.ts';
const recovery = 'apps/demo-rp/test/browser/recovery.test.ts';
const messages = 'apps/provider/src/messages/messages.test.ts';
const reset = 'apps/provider/src/mail-links/reset-password.test.ts';
const actions = 'apps/provider/src/interaction/actions/actions.test.ts';

/** Holes around recovery: backup codes, forgotten passwords, lost factors. */
export const recoveryAttacks: readonly Attack[] = [
  {
    id: 'R1',
    known: 'KC#26106',
    hole: 'Two parallel posts of one backup code opened two sessions',
    holds: 'A code is spent in one guarded statement, in the transaction that moves the sign-in on',
    tests: {
      [codes]: ['R1: two parallel posts of one backup code make exactly one session (KC#26106)'],
      'apps/provider/test/races/redemption.test.ts': [
        'one backup code posted 99 times at once, by four sign-ins over two processes, completes one of them in each of 20 rounds',
      ],
    },
  },
  {
    id: 'R2',
    known: 'Logto; Keycloak PR 38245',
    hole: 'The server took the codes of a new set from hidden fields of the browser',
    holds: 'A pending set is stored as verifiers before it is shown; fields that carry codes are not read',
    tests: { [codes]: ['R2: backup codes that come from the browser are worth nothing, whatever field they come in'] },
  },
  {
    id: 'R3',
    known: 'Logto, Ory Kratos',
    hole: 'Codes were stored readable, and an API gave them to the person or to administrators',
    holds: 'Codes exist in one response; what is stored verifies and cannot be read back',
    tests: {
      [codes]: ['R3: once shown, backup codes can be read by nobody: not by a reload, not on any page of the account'],
      'apps/demo-rp/test/browser/interruptions.test.ts': [
        'a reload at any step shows that step again, but never codes that were shown before',
      ],
      'tools/sparekey/realm-file.test.ts': ['an export never holds backup codes or signing keys, and says so'],
    },
  },
  {
    id: 'R4',
    known: 'Logto',
    hole: 'Codes that were typed in stood in the audit log',
    holds: 'Logs and events are allow-lists of fields; no secret has a place in them, in an address or in a metric',
    tests: {
      'apps/demo-rp/test/browser/secrets.test.ts': [
        'nothing that opens anything stands in the database, the logs, the metrics or an address (R4)',
      ],
      'libs/audit/src/catalogue.test.ts': ['no detail has a place where a secret could stand'],
      [messages]: ['no code or link token is in a log, an audit event or a readable column'],
    },
  },
  {
    id: 'R5',
    known: 'CVE-2026-18963, KC#12759, authentik#18639',
    hole: 'Resetting the password signed in without the second factor, or removed it',
    holds: 'A reset signs nobody in and touches no factor',
    tests: {
      [reset]: [
        'a reset signs nobody in and drops no factor: the second one is asked for afterwards (R5, CVE-2026-18963, KC#12759, AK#18639)',
      ],
      'apps/demo-rp/test/browser/forgot-password.test.ts': [
        'a forgotten password is replaced by mail, in another browser, and the second factor is asked for as ever (H33)',
      ],
    },
  },
  {
    id: 'R6',
    known: 'CVE-2026-18963',
    hole: '"Try another way", posted where it was not offered, skipped the proof by mail',
    holds: 'Asking for a link belongs to no sign-in, and a form of another step moves nothing',
    tests: {
      'apps/provider/src/mail-links/forgot.test.ts': [
        'asking moves no sign-in: its page is the same as before, and there is no form for a password on the way (R6, CVE-2026-18963)',
      ],
      'apps/demo-rp/test/browser/interruptions.test.ts': [
        'two tabs of one sign-in: the form of the slower one moves nothing and leads to where the other has got',
      ],
    },
  },
  {
    id: 'R7',
    known: 'CVE-2026-3429',
    hole: 'A session of one factor deleted or replaced the second one',
    holds: 'Every door to a change of factors asks the same rule, and it demands the level that is held',
    tests: {
      'libs/sign-in/src/gate.test.ts': [
        'R7: with a second factor held, only a session of one changes anything (CVE-2026-3429)',
        'a recovery replaces what was lost and changes nothing else, not even when nothing is held any more',
      ],
      [actions]: ['who holds a second factor shows it before an action changes anything (H26, CVE-2026-3429)'],
      'apps/provider/src/account-api/changes.test.ts': [
        'R7: %s changes nothing: the challenge says what to ask for, and who asks for that may (CVE-2026-3429)',
      ],
      'apps/provider/src/account-api/tokens.test.ts': ['R7: $id is closed to a recovery (CVE-2026-3429)'],
      'apps/demo-rp/test/browser/account.test.ts': [
        'a session that came in by a backup code may replace the device, and change nothing else',
      ],
    },
  },
  {
    id: 'R8',
    known: 'CVE-2026-94218',
    hole: 'Restart, back or a second tab shed an action that was required',
    holds: 'What is required is looked up at every step, and again at the next authorization request',
    tests: {
      [actions]: [
        'a temporary password is replaced before anything is issued; restart, back and a second tab shed nothing (R8, CVE-2026-94218)',
        'what becomes required during a session stops the next code, silent ones too',
      ],
    },
  },
  {
    id: 'R9',
    known: 'CVE-2026-16103, CVE-2026-9798',
    hole: 'The lock of an account was checked where a sign-in began, not where its result was redeemed',
    holds: 'A person who is disabled in between gets nothing more at any step, grant or token',
    tests: {
      [signIn]: [
        'R9: who is disabled between two steps, or between a code and its redemption, gets nothing (CVE-2026-16103)',
      ],
      'apps/provider/src/oidc/isolation.test.ts': [
        'a disabled person: userinfo 401, introspection inactive, no refresh, no silent sign-in',
      ],
      'apps/demo-rp/test/browser/interruptions.test.ts': [
        'a person who is disabled in the middle gets no further, and is told no more than anybody',
      ],
    },
  },
  {
    id: 'R10',
    known: 'GHSA-7h8m',
    hole: 'Parallel guesses were more than the limit allows',
    holds: 'An attempt is counted before it is checked, in a statement that commits on its own',
    tests: {
      'apps/provider/test/races/guessing.test.ts': [
        '500 passwords guessed at once through both processes, by name, e-mail address and other spellings, are 5 guesses (R10, H16)',
        '500 guesses at a %s at once, from eight sign-ins through both processes, are 5 guesses (H13)',
      ],
      'libs/storage/src/repositories/attempts.test.ts': [
        '500 parallel attempts over two processes with a limit of 5 allow exactly 5',
      ],
    },
  },
  {
    id: 'R11',
    known: 'KC#46164',
    hole: 'Failed passwords locked out valid codes, so that anybody could lock anybody out of recovery',
    holds: 'Each factor has its own counter, and codes are asked for only after a right password',
    tests: {
      [signIn]: [
        'R11: who does not know the password can use up nobody’s tries at codes, and a locked app leaves codes open (H18, KC#46164)',
      ],
      [limits]: [
        'at the app: the sign-in starts anew, the password still opens its step, and a backup code still stands in',
        'at the backup codes: tries left are told in time, the right code is refused too, and the app still works',
      ],
      'libs/storage/test/factors/attempts.test.ts': ['a lock on one factor neither opens nor closes another'],
    },
  },
  {
    id: 'R12',
    known: 'KC#26180',
    hole: 'The sign-in survived its lock: guessing went on without the password',
    holds: 'Being locked voids every proof of the sign-in; it begins anew',
    tests: {
      [signIn]: ['R12: a sign-in that reached the limit begins anew, in every tab of it (KC#26180)'],
      'libs/sign-in/src/journey.test.ts': [
        'being barred voids every proof: guessing cannot go on without the password (KC#26180)',
      ],
      [messages]: ['after five wrong codes everything proven is void, in this sign-in and with any new code (H19)'],
    },
  },
  {
    id: 'R13',
    known: 'CVE-2025-64101, GHSA-93m4-mfpg-c3xf, GHSA-pfrf-9r5f-73f5; CVE-2024-47070',
    hole: 'Links in mails were built from Host or X-Forwarded-Host; an unreadable X-Forwarded-For skipped a policy',
    holds: 'Links are built from the configured URL; forwarded headers count from trusted proxies, and garbage never',
    tests: {
      [reset]: ['links are made of the configured URL whatever Host says, and no page of a link leads elsewhere (R13)'],
      [messages]: ['a forged host makes no link lead elsewhere (R13)'],
      'libs/http/src/network.test.ts': ['garbage in X-Forwarded-For leaves the peer: %j (CVE-2024-47070)'],
    },
  },
  {
    id: 'R14',
    known: 'stage-door#143',
    hole: 'An old set stayed good after it was replaced',
    holds: 'A set ends with its replacement, its date, the last factor it stands in for, and its person',
    tests: {
      [codes]: [
        'R14: a set that was replaced, that expired, or whose person left opens nothing any more (stage-door#143)',
      ],
      'libs/storage/src/repositories/backup-codes.test.ts': [
        'while a set is replaced, a use of the old one either counted before or is refused; there is always one active set',
      ],
    },
  },
  {
    id: 'R15',
    known: 'several',
    hole: 'Unknown people, people without codes, and wrong, expired and used codes could be told apart',
    holds: 'One page, one status, one slow hash for all of them',
    tests: {
      [recovery]: ['a wrong, a used, an expired and a foreign code get the same page in the same words (R15)'],
      'apps/provider/test/attempts/attempts.test.ts': [
        'a backup code that is %s costs its fixed number of slow hashes',
      ],
    },
  },
  {
    id: 'R16',
    known: 'grappa#766',
    hole: 'A factor could be enabled that no page asked for: who held it was locked out',
    holds: 'Every factor that a policy may allow has a page that takes it, and the journey has no dead end',
    tests: {
      'apps/provider/test/attacks/modes.test.ts': [
        'R16: %s as the only second factor has a door that takes its proof, and one that takes a backup code of every form (grappa#766)',
      ],
      'apps/demo-rp/test/browser/each-factor.test.ts': [
        '$username: signs in, is lost, and is replaced; what was lost opens nothing',
      ],
      'libs/sign-in/src/journey.test.ts': [
        'who can prove everything gets through from the start of every sign-in: the journey has no dead end',
      ],
    },
  },
  {
    id: 'R17',
    known: 'CVE-2025-64103',
    hole: 'A session counted as authenticated after one of two factors',
    holds: 'The provider hears of a sign-in when nothing is missing any more, and not before',
    tests: {
      [signIn]: [
        'R17: after one factor of two nothing is open: no tokens, no account page, no silent sign-in (CVE-2025-64103)',
      ],
      'libs/sign-in/src/journey.test.ts': [
        'no sequence of events, of any length and in any setting, reaches done without its proofs or below the required class (H27)',
      ],
    },
  },
  {
    id: 'R18',
    known: 'Ory Kratos, better-auth',
    hole: 'A code of an authenticator app could be used again within its time',
    holds: 'The time step of an accepted code, and all before it, are used up',
    tests: {
      [signIn]: [
        'R18: a code of the authenticator app opens one sign-in, in whatever sign-in or tab it is typed again',
      ],
      'libs/storage/test/factors/totp.test.ts': [
        'a used code is never accepted again: not at once, not one step later, not from a window that still holds it (H7)',
      ],
      'apps/provider/test/races/redemption.test.ts': [
        'one TOTP code posted 99 times at once, by four sign-ins over two processes, completes one of them in each of 20 rounds',
      ],
    },
  },
];
