import { randomBytes } from 'node:crypto';
import { createRecoveryPasses } from '@sparekey/factors';
import type { MailSecret } from '@sparekey/messages';
import { type PolicyInput, policySchema } from '@sparekey/policy';
import {
  type Administrator,
  administratorNamed,
  approvePass,
  approveRecovery,
  bootstrap,
  denyRecovery,
  type HelpDeskDependencies,
  issuePass,
  type Realm,
  revokePass,
  type User,
} from '@sparekey/realms';
import { race } from '../../../testing/src/index.ts';
import { addUser, openTestStorage, type TestStorage } from '../fixtures.ts';

let test_: TestStorage;
let helpDesk: HelpDeskDependencies;
let passes: ReturnType<typeof createRecoveryPasses>;
let master: Realm;
let realm: Realm;
/** Of realm master. */
let ann: Administrator;
let ben: Administrator;
let person: User;

async function administratorOf(place: Realm, username: string): Promise<User> {
  const { stores } = test_.storage;
  const user = await addUser(test_.storage, place.id, {
    username,
    email: `${username}@example.com`,
    emailVerified: true,
  });
  const role =
    (await stores.roles.list(place.id)).find(({ name }) => name === 'admin') ??
    (await stores.roles.create({ realmId: place.id, name: 'admin', attributes: {}, composites: [] }));
  await stores.users.grantRole(place.id, user.id, role.id);
  return user;
}

const addRealm = (name: string, policy: PolicyInput = {}) =>
  test_.storage.stores.realms.create({ name, enabled: true, policy: policySchema.parse(policy), attributes: {} });

beforeAll(async () => {
  test_ = await openTestStorage();
  const { stores, transaction, attempts, keyring } = test_.storage;
  passes = createRecoveryPasses({ key: keyring.deriveKey('recovery-pass'), random: randomBytes });
  helpDesk = { stores, transaction: (work) => transaction(work), attempts, passes };
  ({ realm: master } = await bootstrap((work) => transaction(work), {}));
  realm = await addRealm('acme');
  await administratorOf(master, 'ann');
  await administratorOf(master, 'ben');
  ann = await administratorNamed(stores, realm, 'ann');
  ben = await administratorNamed(stores, realm, 'ben');
});
beforeEach(async () => {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  person = await addUser(test_.storage, realm.id, { username: email, email, emailVerified: true });
});
afterAll(() => test_.close());

const issue = (over: Partial<Parameters<typeof issuePass>[1]> = {}) =>
  issuePass(helpDesk, { realm, login: person.username, by: ann, why: 'ticket 7', minutes: 15, ...over });

/** Whether the code counts for somebody now, without being spent. */
const counts = async (code: string, { realmId, id }: Pick<User, 'realmId' | 'id'> = person) =>
  (await passes.factor.check(test_.storage.stores, { realmId, userId: id, policy: realm.policy }, code)).matched;

const refused = (code: string) => expect.objectContaining({ code });

test('an administrator is one whatever they are called: username, e-mail, case, spaces and wide letters', async () => {
  const { stores } = test_.storage;
  for (const name of ['ann', 'ANN', ' ann ', 'Ann@Example.com', 'ａｎｎ']) {
    expect((await administratorNamed(stores, realm, name)).id).toBe(ann.id);
  }
});

test('nobody who is unknown, disabled or without the role decides anything', async () => {
  const { stores } = test_.storage;
  const gone = await administratorOf(master, 'gone');
  await stores.users.update({ ...gone, enabled: false });
  await addUser(test_.storage, master.id, { username: 'clerk' });
  for (const name of ['gone', 'clerk', 'nobody', person.username]) {
    await expect(administratorNamed(stores, realm, name)).rejects.toEqual(refused('forbidden'));
  }
});

test('administrators of a realm decide there and not in another', async () => {
  const { stores } = test_.storage;
  await administratorOf(realm, 'carl');
  expect(await administratorNamed(stores, realm, 'carl')).toMatchObject({ username: 'carl' });
  await expect(administratorNamed(stores, await addRealm('other'), 'carl')).rejects.toEqual(refused('forbidden'));
});

test('a pass counts once, for its person in its realm, and of twenty parallel uses one is accepted', async () => {
  const { code } = await issue();
  const neighbour = await addUser(test_.storage, realm.id);
  const namesake = await addUser(test_.storage, (await addRealm('twin')).id, { username: person.username });
  expect([await counts(code), await counts(code, neighbour), await counts(code, namesake)]).toEqual([
    true,
    false,
    false,
  ]);
  const subject = { realmId: realm.id, userId: person.id, policy: realm.policy };
  const check = await passes.factor.check(test_.storage.stores, subject, code);
  if (!check.matched) throw new Error('the pass is not taken');
  const another = await test_.another();
  const { fulfilled } = await race(20, async (n, barrier) => {
    await barrier();
    return check.spend((n % 2 === 0 ? test_.storage : another).stores);
  });
  expect(fulfilled.filter(({ accepted }) => accepted)).toHaveLength(1);
  expect(await counts(code)).toBe(false);
});

test('a pass for a privileged person needs another administrator, under whatever name the first one comes back', async () => {
  const { stores } = test_.storage;
  const dora = await administratorOf(realm, `dora-${person.id}`);
  const { code, pass, needsApproval } = await issue({ login: dora.username });
  expect([needsApproval, await counts(code, dora)]).toEqual([true, false]);
  const approve = async (name: string) =>
    approvePass(helpDesk, { realm, pass, by: await administratorNamed(stores, realm, name), why: 'seen in person' });
  for (const name of ['ann', 'ANN', 'ann@example.com', dora.username, dora.email ?? '']) {
    await expect(approve(name)).rejects.toEqual(refused('not_found'));
  }
  expect(await counts(code, dora)).toBe(false);
  await approve('Ben@Example.com');
  expect(await counts(code, dora)).toBe(true);
  await expect(approve('ben')).rejects.toEqual(refused('not_found'));
});

test('a role that an organization calls privileged needs two administrators too', async () => {
  const { stores } = test_.storage;
  const role = await stores.roles.create({ realmId: realm.id, name: 'cashier', attributes: {}, composites: [] });
  await stores.users.grantRole(realm.id, person.id, role.id);
  const { id } = await stores.organizations.create({
    realmId: realm.id,
    name: 'Bank',
    alias: 'bank',
    enabled: true,
    domains: [],
    attributes: {},
    policy: { recovery: { privilegedRoles: ['cashier'], passWaitHours: 2 } },
  });
  expect(await issue()).toMatchObject({ needsApproval: false });
  await stores.organizations.join(realm.id, id, person.id);
  const { needsApproval, usableAt } = await issue();
  expect(needsApproval).toBe(true);
  expect(usableAt.getTime() - Date.now()).toBeGreaterThan(7_000_000);
});

test('a pass that waits counts neither before its time nor after it, and can be stopped meanwhile', async () => {
  const slow = await addRealm('slow', { recovery: { passWaitHours: 24 } });
  const waiting = await addUser(test_.storage, slow.id);
  const issued = await issue({ realm: slow, login: waiting.username });
  const hours = (n: number) =>
    test_.storage.database.count({
      name: 'test_hours_pass',
      text: `update recovery_pass set usable_at = usable_at - make_interval(hours => $1),
               expires_at = expires_at - make_interval(hours => $1) where realm_id = $2`,
      values: [n, slow.id],
    });
  expect(await counts(issued.code, waiting)).toBe(false);
  await hours(24);
  expect(await counts(issued.code, waiting)).toBe(true);
  await hours(1);
  expect(await counts(issued.code, waiting)).toBe(false);
  const second = await issue({ realm: slow, login: waiting.username });
  await revokePass(helpDesk, { realm: slow, pass: second.pass, by: ben, why: 'the person called' });
  await hours(24);
  expect(await counts(second.code, waiting)).toBe(false);
  await expect(revokePass(helpDesk, { realm: slow, pass: second.pass, by: ben, why: 'again' })).rejects.toEqual(
    refused('not_found'),
  );
});

test.each([
  ['nobody of that name', { login: 'ghost' }, 'not_found'],
  ['a blank reason', { why: ' ' }, 'validation_failed'],
  ['minutes below the bound', { minutes: 4 }, 'validation_failed'],
  ['minutes above the bound', { minutes: 61 }, 'validation_failed'],
  ['minutes that are none', { minutes: Number.NaN }, 'validation_failed'],
])('no pass is issued with %s', async (_what, over, code) => {
  await expect(issue(over)).rejects.toEqual(refused(code));
});

test('nobody issues a pass to themselves, and a disabled person gets none', async () => {
  await expect(issue({ realm: master, login: 'ann@example.com' })).rejects.toEqual(refused('forbidden'));
  await test_.storage.stores.users.update({ ...person, enabled: false });
  await expect(issue()).rejects.toEqual(refused('not_found'));
});

test('the person is told of a pass, with a way to stop it; neither outbox nor audit trail holds the pass', async () => {
  await test_.storage.outboxQueue.claim(1000);
  const { code, pass } = await issue();
  const messages = await test_.storage.outboxQueue.claim(10, ['mail']);
  const secrets = messages.map(({ secret }) => secret as unknown as MailSecret);
  expect(secrets).toMatchObject([{ to: person.email, letter: { kind: 'pass_issued' } }]);
  const rows = await test_.storage.database.rows<{ value: string }>({
    name: 'test_told',
    text: `select to_jsonb(t)::text as value from audit_event t union all select to_jsonb(t)::text from outbox t
           union all select to_jsonb(t)::text from recovery_pass t`,
  });
  const everything = `${JSON.stringify(secrets)}${rows.map(({ value }) => value).join('\n')}`;
  expect(everything).not.toContain(code);
  expect(everything).not.toContain(code.replaceAll('-', ''));
  const [told] = await test_.storage.database.rows({
    name: 'test_issued',
    text: `select actor_kind, actor_id, subject_id, detail->>'why' as why from audit_event
           where type = 'recovery_pass.issued' and detail->>'pass' = $1`,
    values: [pass],
  });
  expect(told).toEqual({ actor_kind: 'operator', actor_id: 'ann', subject_id: person.id, why: 'ticket 7' });
});

test('a recovery that needs two is approved by two accounts, not by two spellings, and never by its person', async () => {
  const { stores } = test_.storage;
  const edna = await administratorOf(realm, `edna-${person.id}`);
  const open = (user: User) =>
    stores.recoveryCases.open({
      realmId: realm.id,
      userId: user.id,
      signInUid: `uid-${user.id}`,
      by: 'backup_code',
      level: 'high',
      score: 80,
      reasons: ['new_device'],
      decision: { demands: 'waiting', by: 'approval', hours: 24 },
      approvalsNeeded: 2,
      bearerHash: randomBytes(32),
    });
  const recovery = (await open(edna)).id;
  const approve = async (name: string) =>
    approveRecovery(helpDesk, { realm, recovery, by: await administratorNamed(stores, realm, name), why: 'known' });
  expect((await approve('ann')).state).toBe('waiting');
  await expect(approve('ANN@example.com')).rejects.toEqual(refused('not_found'));
  await expect(approve(edna.username)).rejects.toEqual(refused('forbidden'));
  expect((await approve('ben')).state).toBe('approved');
  await denyRecovery(helpDesk, { realm, recovery, by: ann, why: 'second thoughts' });
  await expect(denyRecovery(helpDesk, { realm, recovery, by: ann, why: 'again' })).rejects.toEqual(
    refused('not_found'),
  );
});
