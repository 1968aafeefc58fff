import type { Attack } from './attack.ts';

/** Holes of parts that do not exist here yet: each will need its tests with the part. */
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
    holds: 'There is no SCIM server; ids are our own random UUIDs',
  },
  {
    id: 'H47',
    known: 'KC#47536, CVE-2026-18571, CVE-2026-14613, CVE-2026-14614, CVE-2026-14615',
    hole: 'Creating people could put them into groups without the right to; sub-resources leaked',
    holds: 'There is no administrative API and no SCIM server',
  },
  {
    id: 'H50',
    known: 'KC#50472, CVE-2026-93687',
    hole: 'A deeply nested SCIM filter overflowed the stack',
    holds: 'There is no SCIM server',
  },
  {
    id: 'H52',
    known: 'GHSA-j8v8-g9cx-5qf4',
    hole: 'Anybody could make a new SCIM token',
    holds: 'There is no SCIM server',
  },
  {
    id: 'H58',
    known: 'CVE-2026-9087, CVE-2026-82968, GHSA-g38m-r43w-p2q7, GHSA-qq9h-g4jm-xgf3',
    hole: 'Accounts of other providers were linked by unverified addresses, or by a proof of somebody else',
    holds: 'There is no sign-in through other providers',
  },
];
