import { expect, test } from '@jest/globals';
import type { UserId } from '@sparekey/contracts';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { useHostedAcme } from '../../src/testing/acme-hosted.ts';
import { CALLBACK } from '../../src/testing/storage.ts';
import type { Page, Visitor } from '../../src/testing/visitor.ts';

const RECOVERY = 'urn:sparekey:acr:recovery';
const MFA = 'urn:sparekey:acr:mfa';

/** Several recoveries of one person in a row look risky; here it is not risk that is asked about. */
const here = useHostedAcme({ recovery: { risk: { medium: 100, high: 100 } } });

const placeOf = (page: Page): string | undefined => (page.location?.startsWith(CALLBACK) ? 'app' : page.step);

/** To the page after a backup code: the repair that is pressed for. */
async function recover(at: Visitor, person: Person, parameters: Record<string, string> = {}): Promise<Page> {
  await at.begin(parameters);
  await at.submit({ username: person.username, password: person.password });
  await at.submit({ action: 'try:backup_code' });
  return at.submit({ backup_code: person.codes[4] ?? '' });
}

const account = (at: Visitor): Promise<Page> => at.open('/realms/acme/account');

test('a recovery whose repair is put off goes on to the application, which reads it in acr and amr', async () => {
  const at = here.visitor();
  expect((await recover(at, await here.acme.person())).step).toBe('enrol');
  expect(placeOf(await at.submit({ action: 'later' }))).toBe('app');
  const claims = await at.claims();
  expect(claims).toMatchObject({ acr: RECOVERY, amr: ['pwd', 'urn:sparekey:amr:backup_code', 'mfa'] });
});

test.each([MFA, 'phr'])(
  'a client that asks for %s gets no recovery: neither put off, nor by the session of one',
  async (acr) => {
    const person = await here.acme.person();
    const at = here.visitor();
    const asked = await recover(at, person, { acr_values: acr });
    expect(asked.html).not.toContain('value="later"');
    expect(placeOf(await at.submit({ action: 'later' }))).toBe('enrol');

    const later = here.visitor();
    await here.acme.freshCodes(person);
    await recover(later, person);
    expect(placeOf(await later.submit({ action: 'later' }))).toBe('app');
    // Who holds nothing that would reach it is not led into a dead end.
    expect(placeOf(await later.begin({ acr_values: acr }))).toBe(acr === MFA ? 'stepUp' : 'app');
    if (acr === 'phr') expect(later.location).toContain('error=access_denied');
    expect(placeOf(await later.begin({ acr_values: acr, prompt: 'none' }))).toBe('app');
    expect(later.location).toContain('error=login_required');
  },
);

test('where policy keeps a recovery from applications, only the account pages take it, until the factor is replaced', async () => {
  const person = await here.acme.person();
  await here.set(['recovery.continueToApplication=false'], await here.organization('closed', person));
  const at = here.visitor();
  const repair = await recover(at, person);
  expect(repair.html).not.toContain('value="later"');
  expect(placeOf(await at.submit({ action: 'later' }))).toBe('enrol');

  const elsewhere = here.visitor();
  await here.acme.freshCodes(person);
  await account(elsewhere);
  await elsewhere.submit({ username: person.username, password: person.password });
  await elsewhere.submit({ action: 'try:backup_code' });
  await elsewhere.submit({ backup_code: person.codes[0] ?? '' });
  const overview = await elsewhere.submit({ action: 'later' });
  expect([overview.status, new URL(elsewhere.url).pathname]).toEqual([200, '/realms/acme/account']);
  expect(placeOf(await elsewhere.begin({ prompt: 'none' }))).toBe('app');
  expect(elsewhere.location).toContain('error=login_required');
  expect(placeOf(await elsewhere.begin())).toBe('stepUp');
  expect(placeOf(await elsewhere.submit({ otp: totpOf(person) }))).toBe('app');
  expect(await elsewhere.claims()).toMatchObject({ acr: MFA });
});

test('what an organization decides about risk judges its members, and nobody else', async () => {
  const [member, stranger] = [await here.acme.person(), await here.acme.person()];
  const cautious = await here.organization('cautious', member);
  await here.set(['recovery.risk.medium=20', 'recovery.risk.high=20', 'recovery.whenHigh=approval'], cautious);
  expect((await recover(here.visitor(), member)).step).toBe('coolDown');
  expect((await recover(here.visitor(), stranger)).step).toBe('enrol');
});

async function expiresIn(person: { id: UserId }, days: number): Promise<void> {
  const { storage, realm } = here.acme;
  await storage.database.count({
    name: 'test_codes_end',
    text: `update backup_code_set set expires_at = now() + make_interval(days => $3)
           where realm_id = $1 and user_id = $2 and state = 'active'`,
    values: [realm.id, person.id, days],
  });
}

test('codes that end soon are offered anew after both proofs, may be put off, and the old set lives until the new one is confirmed', async () => {
  const person = await here.acme.person();
  await expiresIn(person, 10);
  const at = here.visitor();
  await at.begin();
  expect((await at.submit({ username: person.username, password: person.password })).step).toBe('factor');
  const offered = await at.submit({ otp: totpOf(person) });
  expect([offered.step, offered.html.includes('value="later"')]).toEqual(['replenish', true]);
  expect(offered.html).toContain('Your backup codes end on');
  expect(placeOf(await at.submit({ action: 'later' }))).toBe('app');
  expect((await recover(here.visitor(), person)).step).toBe('enrol');
});

test('a set that ends later, or a policy that never offers, asks for nothing', async () => {
  const [late, spared] = [await here.acme.person(), await here.acme.person()];
  await expiresIn(late, 20);
  await expiresIn(spared, 10);
  for (const person of [late, spared]) {
    if (person === spared) await here.set(['backupCodes.offerDays=0']);
    const at = here.visitor();
    await at.begin();
    await at.submit({ username: person.username, password: person.password });
    expect(placeOf(await at.submit({ otp: totpOf(person) }))).toBe('app');
  }
});
