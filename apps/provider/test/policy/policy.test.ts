import { expect, test } from '@jest/globals';
import type { OrganizationId, UserId } from '@sparekey/contracts';
import { withAssignments } from '@sparekey/policy';
import { changePolicy } from '@sparekey/realms';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { useAcmeCluster } from '../../src/testing/acme-cluster.ts';
import { addUser, CALLBACK } from '../../src/testing/storage.ts';
import { type Page, Visitor } from '../../src/testing/visitor.ts';

const running = useAcmeCluster({});
const visitor = () => new Visitor(running.cluster);
const actor = { kind: 'operator', name: 'test' } as const;

/** Changes the policy, and comes back when both processes have heard of it. */
async function set(assignments: string[], organizationId?: OrganizationId): Promise<void> {
  const { acme } = running;
  const heard = new Promise<void>((resolve) => {
    const stop = acme.storage.onRealmChanged(() => {
      stop();
      resolve();
    });
  });
  await acme.storage.transaction((stores) =>
    changePolicy(stores, acme.realm, organizationId === undefined ? undefined : { id: organizationId }, {
      revise: (present) => withAssignments(present, assignments),
      actor,
    }),
  );
  await heard;
}

/** Asks until the answer is the wanted one: other processes follow a change within a second. */
async function untilAt(step: string | 'app', ask: () => Promise<Page>): Promise<Page> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const page = await ask();
    if (placeOf(page) === step || Date.now() > deadline) {
      expect(placeOf(page)).toBe(step);
      return page;
    }
  }
}

const placeOf = (page: Page): string | undefined => (page.location?.startsWith(CALLBACK) ? 'app' : page.step);

async function organizationOf(alias: string, ...members: { id: UserId }[]): Promise<OrganizationId> {
  const { storage, realm } = running.acme;
  const { id } = await storage.stores.organizations.create({
    realmId: realm.id,
    name: alias,
    alias,
    enabled: true,
    domains: [],
    attributes: {},
  });
  for (const member of members) await storage.stores.organizations.join(realm.id, id, member.id);
  return id;
}

/** Someone with a password alone. */
async function withPassword(username: string): Promise<{ id: UserId; username: string; password: string }> {
  const { storage, realm, factors } = running.acme;
  const password = 'correct horse battery staple';
  const { id } = await addUser(storage, realm, { username });
  await factors.password.set(storage.stores, realm.id, id, password);
  return { id, username, password };
}

async function signIn(at: Visitor, { username, password }: { username: string; password: string }): Promise<Page> {
  await at.begin();
  return at.submit({ username, password });
}

/** Past password and authenticator app. */
async function withTotp(at: Visitor, person: Person): Promise<Page> {
  await signIn(at, person);
  return at.submit({ otp: totpOf(person) });
}

const codesOn = ({ html }: Page): string[] =>
  [...html.matchAll(/data-backup-code=""[^>]*>([^<]+)</g)].map(([, code = '']) => code);

test('a policy of an organization changes the next set of its members, not the one they hold, and nobody else’s', async () => {
  const { acme } = running;
  const [member, stranger] = [await acme.person(), await acme.person()];
  await set(['backupCodes.groups=4', 'backupCodes.selection=numbered'], await organizationOf('strict', member));

  // The set of before is good as it was: any of its codes, in its form.
  const lost = visitor();
  await lost.lostDevice(member);
  expect((await lost.submit({ backup_code: member.codes[5] ?? '' })).step).toBe('enrol');

  for (const person of [member, stranger]) {
    await acme.storage.stores.backupCodes.end(acme.realm.id, person.id, 'revoked');
  }
  const shown = await untilAt('replenish', () => withTotp(visitor(), member));
  expect(codesOn(shown).length).toBe(10);
  for (const code of codesOn(shown)) expect(code).toMatch(/^\w{4}-\w{4}-\w{4}-\w{4}$/);
  const usual = await withTotp(visitor(), stranger);
  expect(codesOn(usual).length).toBe(10);
  for (const code of codesOn(usual)) expect(code).toMatch(/^\w{4}-\w{4}$/);
});

test('of a numbered set the page asks for one code by its number, the same after a reload, and takes no other', async () => {
  const { acme } = running;
  const person = await acme.person();
  await set(['backupCodes.selection=numbered'], await organizationOf('numbered', person));
  const holder = {
    realmId: acme.realm.id,
    userId: person.id,
    policy: { ...acme.realm.policy, backupCodes: { ...acme.realm.policy.backupCodes, selection: 'numbered' as const } },
  };
  const { stores } = acme.storage;
  const { codes } = await acme.factors.backupCode.generate(stores, holder);
  const check = await acme.factors.backupCode.checkPending(stores, holder, codes[0] ?? '');
  if (check.matched) await check.confirm(stores);

  const at = visitor();
  expect((await at.lostDevice(person)).html).toContain('Backup code no. 1');
  const refused = await at.submit({ backup_code: codes[1] ?? '' });
  expect([refused.status, refused.step]).toEqual([422, 'recovery']);
  expect((await at.reload()).html).toContain('Backup code no. 1');
  expect((await at.submit({ backup_code: codes[0] ?? '' })).step).toBe('enrol');

  const next = visitor();
  expect((await next.lostDevice(person)).html).toContain('Backup code no. 2');
  // A second recovery within a day looks risky and has to wait; its code was taken all the same.
  expect((await next.submit({ backup_code: codes[1] ?? '' })).step).toBe('coolDown');
});

test('who holds a role that must have a second factor sets one up before coming in; others come in', async () => {
  const { acme } = running;
  const [auditor, other] = [await withPassword('auditor-1'), await withPassword('other-1')];
  const role = await acme.storage.stores.roles.create({
    realmId: acme.realm.id,
    name: 'auditor',
    attributes: {},
    composites: [],
  });
  await acme.storage.stores.users.grantRole(acme.realm.id, auditor.id, role.id);
  await set(['secondFactor.requiredForRoles=auditor']);
  const asked = await untilAt('enrol', () => signIn(visitor(), auditor));
  expect(asked.html).not.toContain('value="later"');
  expect(placeOf(await signIn(visitor(), other))).toBe('app');
});

test('a session of one factor is prompted at its next authorization request once its person must hold a second', async () => {
  const person = await withPassword('signed-in-before');
  const at = visitor();
  expect(placeOf(await signIn(at, person))).toBe('app');
  expect(placeOf(await at.begin())).toBe('app');

  const organization = await organizationOf('required', person);
  await set(['secondFactor.required=required'], organization);
  const asked = await untilAt('password', () => at.begin());
  expect(asked.html).toContain(person.username);
  // A session is no proof for a new factor: the password is, and then there is no way around it.
  expect((await at.submit({ password: person.password })).step).toBe('enrol');
  expect(placeOf(await at.begin())).toBe('password');
});

test('within the time of grace enrolment may be put off and the session goes on; afterwards it may not', async () => {
  const { acme } = running;
  // Of two people of one organization one came in long ago: the grace of each is its own.
  const [person, late] = [await withPassword('in-grace'), await withPassword('out-of-grace')];
  const organization = await organizationOf('graceful', person, late);
  const { database } = acme.storage;
  await database.count({
    name: 'test_old_grace',
    text: `insert into second_factor_grace (realm_id, user_id, began_at) values ($1, $2, now() - interval '31 days')`,
    values: [acme.realm.id, late.id],
  });
  // The realm grants 30 days and requires nothing; the organization requires, and grants what the realm grants.
  await set(['secondFactor.graceDays=30']);
  await set(['secondFactor.required=required'], organization);

  const at = visitor();
  const asked = await untilAt('enrol', () => signIn(at, person));
  expect(asked.html).toContain('value="later"');
  expect(placeOf(await at.submit({ action: 'later' }))).toBe('app');
  expect(placeOf(await at.begin())).toBe('app');

  const over = await signIn(visitor(), late);
  expect(over.step).toBe('enrol');
  expect(over.html).not.toContain('value="later"');
});

test('a client for which the policy demands two factors gets them, whatever it asks for', async () => {
  const person = await withPassword('for-payroll');
  const at = visitor();
  expect(placeOf(await signIn(at, person))).toBe('app');
  await set(['secondFactor.clientAcr={"app":"urn:sparekey:acr:mfa"}'], await organizationOf('payroll', person));
  await untilAt('password', () => at.begin());
  expect((await at.submit({ password: person.password })).step).toBe('enrol');
});
