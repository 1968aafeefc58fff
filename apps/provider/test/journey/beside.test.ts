import { expect, test } from '@jest/globals';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { useHostedAcme } from '../../src/testing/acme-hosted.ts';
import { CALLBACK } from '../../src/testing/storage.ts';
import type { Page, Visitor } from '../../src/testing/visitor.ts';

/** What happens beside a sign-in that is under way: in another browser, or by an administrator. */
const here = useHostedAcme({ trustedDevices: { days: 30 } });

const placeOf = (page: Page): string | undefined => (page.location?.startsWith(CALLBACK) ? 'app' : page.step);
const step = () => Math.floor(Date.now() / 30_000);

async function upToPassword(at: Visitor, { username, password }: { username: string; password: string }) {
  await at.begin();
  return at.submit({ username, password });
}

const endEverything = ({ id }: Pick<Person, 'id'>) =>
  here.acme.storage.transaction(({ sessions }) => sessions.endAll(here.acme.realm.id, id));

test('a factor set up elsewhere is asked for before a stale page adds another one (CVE-2026-3429)', async () => {
  const person = await here.withPassword();
  await here.set(['secondFactor.required=required'], await here.organization('strict', person));
  const thief = here.visitor();
  const page = await upToPassword(thief, person);
  expect(page.step).toBe('enrol');
  const { storage, realm } = here.acme;
  await storage.stores.totp.add(realm.id, person.id, {
    label: 'Phone',
    secret: Buffer.alloc(20, 1),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  expect((await thief.submit({ otp: '123456', label: 'Mine' })).step).toBe('factor');
});

test('when everything of a person is ended, a sign-in under way begins again, whatever it has proven', async () => {
  const person = await here.acme.person();
  const at = here.visitor();
  expect((await upToPassword(at, person)).step).toBe('factor');
  await endEverything(person);
  expect((await at.submit({ otp: totpOf(person) })).step).toBe('identify');
  expect((await upToPassword(at, person)).step).toBe('factor');
  expect(placeOf(await at.submit({ otp: totpOf(person) }))).toBe('app');
});

test('a finished sign-in that was not fetched yet is worth nothing once everything is ended', async () => {
  const person = await here.acme.person();
  const at = here.visitor();
  await upToPassword(at, person);
  const parked = await at.post({ otp: totpOf(person) });
  expect(parked.location).toContain('/protocol/openid-connect/auth/');
  await endEverything(person);
  const resumed = await at.open(parked.location ?? '');
  expect([resumed.status, at.location]).toEqual([400, undefined]);
  expect((await at.begin()).step).toBe('identify');
});

test('a new password within a sign-in does not end that sign-in', async () => {
  const person = await here.acme.person();
  const { storage, realm } = here.acme;
  const user = await storage.stores.users.byId(realm.id, person.id);
  if (user) await storage.stores.users.update({ ...user, requiredActions: ['UPDATE_PASSWORD'] });
  const at = here.visitor();
  await upToPassword(at, person);
  expect((await at.submit({ otp: totpOf(person) })).step).toBe('action');
  const wanted = 'tr7 plinth ocarina';
  expect(placeOf(await at.submit({ new_password: wanted, new_password_again: wanted }))).toBe('app');
});

test('a page left open gives no fresh proof: `auth_time` stays that of the last one', async () => {
  const person = await here.acme.person();
  const { storage, realm } = here.acme;
  const user = await storage.stores.users.byId(realm.id, person.id);
  if (user) await storage.stores.users.update({ ...user, requiredActions: ['UPDATE_PASSWORD'] });
  const at = here.visitor();
  await upToPassword(at, person);
  expect((await at.submit({ otp: totpOf(person) })).step).toBe('action');
  await storage.database.rows({
    name: 'test_wait',
    text: `update sign_in set proven_at = proven_at - interval '1000 seconds' where realm_id = $1
           and state -> 'proven' ->> 'userId' = $2`,
    values: [realm.id, person.id],
  });
  const wanted = 'tr7 plinth ocarina';
  await at.submit({ new_password: wanted, new_password_again: wanted });
  const { auth_time } = await at.claims();
  expect(Math.abs(Number(auth_time) - (Date.now() / 1000 - 1000))).toBeLessThan(60);
});

test('a factor removed meanwhile is not asked for, and an action required meanwhile is not skipped (CVE-2026-94218)', async () => {
  const person = await here.acme.person();
  const { storage, realm } = here.acme;
  const at = here.visitor();
  expect((await upToPassword(at, person)).step).toBe('factor');
  const user = await storage.stores.users.byId(realm.id, person.id);
  if (user) await storage.stores.users.update({ ...user, requiredActions: ['UPDATE_PASSWORD'] });
  for (const { id } of await storage.stores.totp.list(realm.id, person.id))
    await storage.stores.totp.remove(realm.id, person.id, id);
  expect((await at.reload()).step).toBe('action');
});

test('a person disabled in the middle begins again, and is told what anybody is told', async () => {
  const person = await here.acme.person();
  const { storage, realm } = here.acme;
  const at = here.visitor();
  await upToPassword(at, person);
  const user = await storage.stores.users.byId(realm.id, person.id);
  if (user) await storage.stores.users.update({ ...user, enabled: false });
  expect((await at.submit({ otp: totpOf(person) })).step).toBe('identify');
  const refused = await at.submit({ username: person.username, password: person.password });
  expect([refused.status, refused.step]).toEqual([422, 'identify']);
});

async function trusting(person: Person): Promise<Visitor> {
  const at = here.visitor();
  await upToPassword(at, person);
  expect(placeOf(await at.submit({ otp: totpOf(person), trust: 'yes' }))).toBe('app');
  at.endSession();
  return at;
}

test('a trusted browser is spared, for its own person only, and not where the client asks for more', async () => {
  const [person, other] = [await here.acme.person(), await here.acme.person()];
  const at = await trusting(person);
  expect(placeOf(await upToPassword(at, person))).toBe('app');
  at.endSession();
  expect((await upToPassword(at, other)).step).toBe('factor');
  at.endSession();
  await at.begin({ acr_values: 'urn:sparekey:acr:mfa' });
  expect((await at.submit({ username: person.username, password: person.password })).step).toBe('factor');
});

test('trust dies with a recovery and with a factor that is added, and the browser is asked again', async () => {
  const person = await here.acme.person();
  const at = await trusting(person);
  const elsewhere = here.visitor();
  await elsewhere.lostDevice(person);
  expect((await elsewhere.submit({ backup_code: person.codes[0] ?? '' })).step).toBe('enrol');
  expect((await upToPassword(at, person)).step).toBe('factor');
  expect(placeOf(await at.submit({ otp: totpOf(person, step() + 1), trust: 'yes' }))).toBe('app');
  at.endSession();
  expect(placeOf(await upToPassword(at, person))).toBe('app');
});
