import type { Attack } from './attack.ts';

const engine = 'libs/storage/src/oidc/engine.test.ts';
const accountTokens = 'apps/provider/src/account-api/tokens.test.ts';
const isolation = 'apps/provider/src/oidc/isolation.test.ts';
const account = 'apps/provider/test/attacks/account.test.ts';
const guarded = 'libs/http/src/guarded-request.test.ts';

/** Holes of OpenID Connect, of what is called by addresses, and of HTTP itself. */
export const protocolAttacks: readonly Attack[] = [
  {
    id: 'H1',
    known: 'CVE-2026-1035',
    hole: 'Parallel refreshes with one token all succeeded',
    holds: 'One of them succeeds; the second use ends the family',
    tests: {
      [engine]: [
        'of 50 parallel refreshes with one token exactly one succeeds, and the family is revoked (CVE-2026-1035)',
      ],
    },
  },
  {
    id: 'H2',
    known: 'Keycloak PR 51885',
    hole: 'Of two refresh tokens issued within one second the old one could be replayed',
    holds: 'A token is spent by its own row, not by its time',
    tests: {
      [engine]: ['of two refresh tokens of one second the first is refused when it is replayed (Keycloak PR 51885)'],
    },
  },
  {
    id: 'H3',
    known: 'GHSA-7w99-5wm4-3g79',
    hole: 'Parallel redemptions of one authorization code all got tokens',
    holds: 'One does, and its tokens die with the second try',
    tests: {
      [engine]: [
        'of 50 parallel redemptions of one code exactly one succeeds, and its tokens are revoked (better-auth GHSA-7w99-5wm4-3g79)',
      ],
    },
  },
  {
    id: 'H4',
    known: 'GHSA-392p-2q2v-4372',
    hole: 'A refresh token used twice forked into two families that both lived on',
    holds: 'A spent token that comes back revokes the whole family, and is recorded',
    tests: {
      [engine]: [
        'a spent refresh token that comes back revokes the whole family, and is recorded (better-auth GHSA-392p-2q2v-4372)',
      ],
    },
  },
  {
    id: 'H31',
    known: 'CVE-2024-47070',
    hole: 'An X-Forwarded-For that could not be parsed skipped the policy for passwords',
    holds: 'Whatever a header holds, an address comes out; nobody is trusted by default',
    tests: {
      'libs/http/src/network.test.ts': [
        'garbage in X-Forwarded-For leaves the peer: %j (CVE-2024-47070)',
        'nobody is trusted by default',
      ],
    },
  },
  {
    id: 'H35',
    known: 'CVE-2024-52289, CVE-2026-7504, CVE-2026-3872, CVE-2024-8883',
    hole: 'Redirect URIs were matched by pattern: dots, @@, ..;/ and loopback names slipped through',
    holds: 'Redirect URIs are compared as they are written; over 200 look-alikes are refused',
    tests: {
      'apps/provider/src/oidc/redirect-uri.test.ts': [
        'each of over 200 look-alikes of registered ones is refused, and nobody is redirected (H35)',
        'the same look-alikes are refused after logout',
      ],
    },
  },
  {
    id: 'H36',
    known: 'CVE-2026-9086',
    hole: 'Addresses with scheme JaVaScRiPt: or data: were stored for a client',
    holds: 'No address of a forbidden scheme is stored, and one that stands in the database opens nothing',
    tests: {
      'apps/provider/src/oidc/redirect-uri.test.ts': [
        'none of the forbidden schemes may be stored (H36)',
        'addresses of a forbidden scheme open nothing although they stand in the database',
      ],
      'apps/provider/src/pages/contract.test.ts': ['a way back cannot be a script'],
    },
  },
  {
    id: 'H37',
    known: 'CVE-2023-48228',
    hole: 'Leaving out the PKCE verifier skipped the check',
    holds: 'A code is redeemed with its verifier or not at all',
    tests: {
      'apps/provider/src/oidc/pkce.test.ts': [
        'a code is not redeemed with %s (H37)',
        'a confidential client gets no code with %s',
      ],
    },
  },
  {
    id: 'H38',
    known: 'CVE-2026-12049',
    hole: 'The address to return to after the second factor was followed wherever it led',
    holds: 'The one address that is returned to is a page of the account; no other parameter is followed',
    tests: {
      'apps/provider/test/attacks/returns.test.ts': [
        'H38: the way back to the account leads to pages of the account and nowhere else (CVE-2026-12049)',
        'H38: no parameter that other products return to is followed by any page, and none is put into a link (CVE-2026-12049)',
        'H38: an address that begins with slashes or with the name of another host is never answered with a redirect to it (CVE-2026-12049)',
      ],
    },
  },
  {
    id: 'H39',
    known: 'CVE-2026-4366, CVE-2020-10770, CVE-2026-1518, GHSA-5rr4-8452-hf4v',
    hole: 'Addresses that clients or administrators supply made the server call its own network',
    holds:
      'Every outbound request goes to public addresses, checked where the socket connects; no redirect is followed',
    tests: {
      [guarded]: [
        'an address is refused however it is written: %s (H39)',
        'the name is resolved once, and the socket gets that answer: rebinding gains nothing',
        'a redirect (%i) to a private address is refused, not followed',
      ],
      'apps/provisioner/src/delivery/backchannel-logout.test.ts': [
        'neither a redirect nor an address inside our own network is followed',
      ],
    },
  },
  {
    id: 'H40',
    known: 'KC#27293',
    hole: 'An endless answer of another server filled the memory',
    holds: 'Answers are cut at a size and a time',
    tests: {
      [guarded]: ['an endless answer is cut at the cap (H40)', 'a server that %s is given up at the time limit'],
    },
  },
  {
    id: 'H41',
    known: 'CVE-2025-64101, GHSA-93m4-mfpg-c3xf, GHSA-pfrf-9r5f-73f5',
    hole: 'Reset links were built from Host or X-Forwarded-Host, three times in one product',
    holds: 'Every address is built from the configured URL',
    tests: {
      'apps/provider/src/oidc/documents.test.ts': [
        'every address is the issuer’s at Keycloak’s path, whatever Host and forwarded headers say (CVE-2025-64101)',
      ],
      'libs/http/src/request-context.test.ts': ['what a client says about host and scheme reaches no handler'],
    },
  },
  {
    id: 'H43',
    known: 'CVE-2026-7507',
    hole: 'A sign-in that an attacker began, handed to a victim, signed the attacker in',
    holds: 'A sign-in opens only in the browser that began it',
    tests: {
      [isolation]: [
        'a sign-in page handed to a victim opens nothing without the cookie of the browser that began it (CVE-2026-7507)',
        'the way back from the sign-in opens only in the browser that began it',
      ],
    },
  },
  {
    id: 'H44',
    known: 'CVE-2025-12390, KC#46239',
    hole: 'The next person at the same browser inherited the session of the one before',
    holds: 'Every sign-in has a new session identifier; someone else inherits nothing',
    tests: {
      [isolation]: [
        'the session identifier is new after every sign-in, and the cookie is httpOnly, Lax and bound to the realm (H44)',
      ],
      'apps/demo-rp/test/browser/applications.test.ts': [
        'someone else at the same browser signs in as themselves, and inherits nothing',
      ],
    },
  },
  {
    id: 'H45',
    known: 'GHSA-895x-rfqp-jh5c, CVE-2025-64521',
    hole: 'Offline sessions kept scopes that were taken from the application; disabled service accounts got tokens',
    holds: 'Refreshing and userinfo ask what the application may have now; tokens of what is switched off are inactive',
    tests: {
      'apps/provider/test/attacks/ended.test.ts': [
        'H45: an offline session loses the scopes that are taken from its application, at once (GHSA-895x-rfqp-jh5c)',
        'H45: the tokens of an application whose service account is off or gone are worth nothing (CVE-2025-64521)',
      ],
      [isolation]: ['a disabled client within a second: no tokens, no authorization, its tokens inactive for others'],
      [accountTokens]: [
        'H45: a scope that is taken from its application closes the API to tokens that are out (GHSA-895x-rfqp-jh5c)',
      ],
    },
  },
  {
    id: 'H48',
    known: 'CVE-2026-17526, CVE-2024-37905',
    hole: 'A change of one field could change others: the owner of a token, roles, what is read-only',
    holds: 'Forms are read field by field; an API refuses keys that it does not know, and names them',
    tests: {
      [account]: ['H48: a profile takes the fields of its form and no others (CVE-2026-17526, CVE-2024-37905)'],
      'apps/provider/src/account-api/changes.test.ts': [
        'H48: nobody assigns %s: the answer names the key and nothing is changed (CVE-2026-17526, CVE-2024-37905)',
      ],
    },
  },
  {
    id: 'H49',
    known: 'CVE-2024-42490, CVE-2026-55106',
    hole: 'Endpoints that show keys, or were meant for debugging, asked nobody who they were',
    holds: 'Every page of an account asks for a session first, every operation of its REST for a token',
    tests: {
      [account]: [
        'H49: no page of an account answers without a session, whatever it is asked (CVE-2024-42490, CVE-2026-55106)',
      ],
      [accountTokens]: [
        'H49: $id is closed to nobody, to another realm and to a token without the scope (CVE-2024-42490)',
      ],
    },
  },
  {
    id: 'H53',
    known: 'CVE-2024-11734',
    hole: 'A line break in a configured value broke every response that carried it in a header',
    holds: 'What is configured can end no header, directive, mail header or line',
    tests: {
      'libs/http/src/security-headers.test.ts': ['no redirect URI can end the directive or add a source (H53)'],
      'apps/provisioner/src/delivery/messages.test.ts': ['what people are called is neither markup nor another header'],
      'libs/codes/src/text.test.ts': ['a name cannot start a line of its own'],
    },
  },
  {
    id: 'H54',
    known: 'CVE-2026-79651, CVE-2025-2559, CVE-2026-4634, KC#35216',
    hole: 'Caches without bound: of languages, of tokens; work that grew with the number of scopes',
    holds: 'What strangers send is not remembered, or in a bounded number',
    tests: {
      'apps/provider/test/attacks/bounds.test.ts': [
        'H54: languages and time zones that nobody has are not remembered: 40,000 of them leave no memory in use (CVE-2026-79651)',
        'H54: names of realms that do not exist are remembered in a bounded number, so that they cost neither statements nor memory (CVE-2025-2559)',
        'H54: ten thousand scopes that do not exist get the answer of one, for the same statements and within a moment (CVE-2026-4634)',
      ],
      'libs/http/src/request-context.test.ts': ['a path that nobody routes does not add a label to the metrics'],
    },
  },
  {
    id: 'H57',
    known: 'CVE-2026-11800, CVE-2026-16093, CVE-2026-16089',
    hole: 'Tokens signed with alg none or with the public key as HMAC secret counted; codes moved to another client',
    holds: 'Tokens that someone else made are refused; a code of one client is worth nothing to another',
    tests: {
      [isolation]: [
        'alg none, HMAC with the public key, and a foreign key id are refused (CVE-2026-11800)',
        'a code of one client is refused to another, and so is a refresh token',
      ],
      [engine]: ['a code of one client is refused to another, and keeps its worth for its own (CVE-2026-16089)'],
    },
  },
  {
    id: 'H60',
    known: 'CVE-2025-61928',
    hole: 'An API key for any account could be made without signing in',
    holds: 'Without credentials no endpoint gives, tells or ends anything',
    tests: {
      [account]: ['H60: without credentials no endpoint gives, tells or ends anything (CVE-2025-61928)'],
    },
  },
];
