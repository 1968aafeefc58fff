import { ACR_1FA, ACR_MFA, ACR_PHR, ACR_RECOVERY, accountChanges, demandOf, demandToReach } from './index.ts';

const FRESH = 300;
const classes = [undefined, ACR_1FA, ACR_RECOVERY, ACR_MFA, ACR_PHR];
const ages = [0, FRESH, FRESH + 1, Number.POSITIVE_INFINITY];

/** The whole matrix: every change by every session, whatever the person holds. */
const matrix = accountChanges.flatMap((change) =>
  classes.flatMap((acr) =>
    ages.flatMap((ageSeconds) =>
      [true, false].map((holdsFactor) => ({
        change,
        standing: { acr, ageSeconds, holdsFactor },
        demand: demandOf(change, { acr, ageSeconds, holdsFactor }, FRESH),
      })),
    ),
  ),
);

test('R7: with a second factor held, only a session of one changes anything (CVE-2026-3429)', () => {
  for (const { change, standing, demand } of matrix) {
    if (!standing.holdsFactor || standing.acr === ACR_MFA || standing.acr === ACR_PHR) continue;
    if (standing.acr === ACR_RECOVERY && change === 'add_factor') continue;
    expect([change, standing, demand]).toEqual([change, standing, { maxAgeSeconds: FRESH, acr: ACR_MFA }]);
  }
});

test('nothing is changed on a proof older than the policy allows, nor on one of unknown age', () => {
  for (const { standing, demand } of matrix) {
    if (standing.ageSeconds > FRESH) expect(demand).toMatchObject({ maxAgeSeconds: FRESH });
  }
});

test('a recovery replaces what was lost and changes nothing else, not even when nothing is held any more', () => {
  const recovering = matrix.filter(({ standing }) => standing.acr === ACR_RECOVERY && standing.ageSeconds <= FRESH);
  const allowed = recovering.filter(({ demand }) => demand === undefined).map(({ change }) => change);
  expect([...new Set(allowed)]).toEqual(['add_factor']);
});

test('who holds nothing but a password changes with the password', () => {
  const standing = { acr: ACR_1FA, ageSeconds: 0, holdsFactor: false };
  for (const change of accountChanges) expect(demandOf(change, standing, FRESH)).toBeUndefined();
});

test('a passkey is as good as any second factor', () => {
  const standing = { acr: ACR_PHR, ageSeconds: 0, holdsFactor: true };
  for (const change of accountChanges) expect(demandOf(change, standing, FRESH)).toBeUndefined();
});

test('a recovery reaches what a repair needs and nothing else of the account; a sign-in of unknown strength nothing', () => {
  const reached = classes.map((acr) => [acr, demandToReach('repair', acr)?.acr, demandToReach('account', acr)?.acr]);
  expect(reached).toEqual([
    [undefined, ACR_1FA, ACR_1FA],
    [ACR_1FA, undefined, undefined],
    [ACR_RECOVERY, undefined, ACR_MFA],
    [ACR_MFA, undefined, undefined],
    [ACR_PHR, undefined, undefined],
  ]);
});
