import { expect, test } from '@jest/globals';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { useHostedAcme } from '../../src/testing/acme-hosted.ts';
import { CALLBACK } from '../../src/testing/storage.ts';
import type { Page, Visitor } from '../../src/testing/visitor.ts';

/** Six failures weigh 20 points. */
const here = useHostedAcme({ secondFactor: { asked: 'risk' }, recovery: { risk: { medium: 20 } } });

const placeOf = (page: Page): string | undefined => (page.location?.startsWith(CALLBACK) ? 'app' : page.step);

async function signIn(at: Visitor, { username, password }: Person, parameters: Record<string, string> = {}) {
  at.endSession();
  await at.begin(parameters);
  return at.submit({ username, password });
}

/** Somebody whose browser has shown the second factor once. */
async function known(): Promise<{ person: Person; at: Visitor }> {
  const person = await here.acme.person();
  const at = here.visitor();
  const asked = await signIn(at, person);
  expect([asked.step, asked.html.includes('name="trust"')]).toEqual(['factor', false]);
  expect(placeOf(await at.submit({ otp: totpOf(person) }))).toBe('app');
  return { person, at };
}

async function failures(person: Person, count: number): Promise<void> {
  const { storage, realm } = here.acme;
  for (let index = 0; index < count; index += 1)
    await storage.stores.audit.append({
      type: 'password.attempted',
      realmId: realm.id,
      actor: { kind: 'anonymous' },
      subject: person.id,
      outcome: 'failure',
      reason: 'wrong',
    });
}

const judged = async (person: Person) =>
  here.acme.storage.database.rows<{ detail: Record<string, unknown> }>({
    name: 'test_judged',
    text: `select detail from audit_event where subject_id = $1 and type = 'sign_in.assessed' order by at`,
    values: [person.id],
  });

test('where risk decides, a usual sign-in is spared the second factor, and says so in acr and in the audit', async () => {
  const { person, at } = await known();
  expect(placeOf(await signIn(at, person))).toBe('app');
  expect(await at.claims()).toMatchObject({ acr: 'urn:sparekey:acr:1fa', amr: ['pwd'] });
  expect((await judged(person)).at(-1)?.detail).toMatchObject({ level: 'low', spared: true });
});

test('an unusual sign-in in the same browser is asked, and told in the audit why', async () => {
  const { person, at } = await known();
  await failures(person, 6);
  expect((await signIn(at, person)).step).toBe('factor');
  expect((await judged(person)).at(-1)?.detail).toMatchObject({ level: 'medium', reasons: 'failures', spared: false });
});

test('an unknown browser, a client that wants two factors and an organization that always asks are asked', async () => {
  const { person, at } = await known();
  expect((await signIn(here.visitor(), person)).step).toBe('factor');
  expect((await signIn(at, person, { acr_values: 'urn:sparekey:acr:mfa' })).step).toBe('factor');
  expect(placeOf(await signIn(at, person))).toBe('app');
  await here.set(['secondFactor.asked=always'], await here.organization('always', person));
  expect((await signIn(at, person)).step).toBe('factor');
});
