import type { Attack } from './attack.ts';

/** Holes of parts that came last, and of parts that do not exist here yet: those will need their tests with the part. */
export const laterAttacks: readonly Attack[] = [
  {
    id: 'H34',
    known: 'CVE-2022-23555',
    hole: 'An invitation to one flow was good in another',
    holds: 'There are no invitations',
  },
  {
    id: 'H46',
    known: 'CVE-2025-41115',
    hole: 'A numeric externalId became the id of somebody else’s account',
    holds: 'Ids are our own; an externalId, an id or a name that looks like another’s leads nowhere',
    tests: {
      'apps/provider/test/scim/tenants.test.ts': [
        'ids, externalIds and names that look like those of others lead nowhere (CVE-2025-41115)',
      ],
    },
  },
  {
    id: 'H47',
    known: 'KC#47536, CVE-2026-18571, CVE-2026-14613, CVE-2026-14614, CVE-2026-14615',
    hole: 'Creating people could put them into groups without the right to; sub-resources leaked',
    holds:
      'A directory reaches what it owns, by no verb more; groups that lead to a privileged role are not there for it',
    tests: { 'apps/provider/test/scim/tenants.test.ts': ['%s: by no route and no verb (H47)'] },
  },
  {
    id: 'H50',
    known: 'KC#50472, CVE-2026-93687',
    hole: 'A deeply nested SCIM filter overflowed the stack',
    holds: 'Length, depth and number of terms are checked before a filter is parsed; bodies have a depth too',
    tests: {
      'libs/scim/test/filter.test.ts': ['%s are refused (H50)', 'a filter parses or is refused; nothing else happens'],
      'apps/provider/test/scim/requirements/hostile.test.ts': [
        'is refused with a 4xx in the words of SCIM: no 5xx, no pollution',
      ],
    },
  },
  {
    id: 'H52',
    known: 'GHSA-j8v8-g9cx-5qf4',
    hole: 'Anybody could make a new SCIM token',
    holds: 'There is no address that issues one: tokens come from the command line of the host, and are audited',
    tests: {
      'apps/provider/test/scim/access.test.ts': [
        'H52: no address makes a token, for nobody and not for who has one (GHSA-j8v8-g9cx-5qf4)',
      ],
    },
  },
  {
    id: 'H58',
    known: 'CVE-2026-9087, CVE-2026-82968, GHSA-g38m-r43w-p2q7, GHSA-qq9h-g4jm-xgf3',
    hole: 'Accounts of other providers were linked by unverified addresses, or by a proof of somebody else',
    holds: 'There is no sign-in through other providers',
  },
];
