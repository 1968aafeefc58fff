import type { AuditEvent } from '@sparekey/audit';
import type { Realm } from '@sparekey/realms';
import { type HostedProvider, startHostedProvider } from '../../testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../../testing/storage.ts';
import type { Acting } from './acting.ts';
import { activity } from './activity.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let number = 0;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  await addClient(here.storage, realm, { clientId: 'payroll', name: 'Payroll' });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const origin = { ip: '203.0.113.77', userAgent: firefox, requestId: 'request-of-the-test' };

async function somebody() {
  const person = await addUser(here.storage, realm, { username: `person-${number++}` });
  const served = await provider.services.realms.get('acme');
  if (served === undefined) throw new Error('no realm');
  const acting: Acting = {
    services: provider.services,
    realm: served,
    person,
    policy: realm.policy,
    origin,
    sessionUid: 'none',
  };
  const happened = (event: Partial<AuditEvent> & Pick<AuditEvent, 'type'>) =>
    here.storage.stores.audit.append({
      realmId: realm.id,
      actor: { kind: 'user', id: person.id },
      subject: person.id,
      outcome: 'success',
      origin,
      ...event,
    });
  return { person, acting, happened };
}

const told = async (acting: Acting) =>
  (await activity(acting)).entries.map(({ type, outcome }) => `${type} ${outcome}`);

test('an entry says what, when, from which device and network, for which application; nothing more of the event', async () => {
  const { acting, happened } = await somebody();
  await happened({
    type: 'sign_in.completed',
    clientId: 'payroll',
    sessionUid: 'session-uid-of-the-test',
    signInUid: 'sign-in-uid-of-the-test' as NonNullable<AuditEvent['signInUid']>,
    detail: { acr: 'urn:sparekey:acr:mfa', amr: 'pwd otp' },
  });
  const { entries } = await activity(acting);
  expect(entries).toEqual([
    {
      id: expect.any(String),
      at: expect.any(Date),
      type: 'sign_in.completed',
      outcome: 'success',
      by: 'person',
      where: { browser: 'Firefox', os: 'Linux', network: '203.0.113.•••' },
      application: 'Payroll',
      detail: { amr: 'pwd otp' },
    },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/of-the-test|203\.0\.113\.77/);
});

test('a proof that failed is told of, one that succeeded is part of its sign-in, and inner events stay inside', async () => {
  const { acting, happened } = await somebody();
  await happened({ type: 'password.attempted' });
  await happened({ type: 'sign_in.started' });
  await happened({ type: 'recovery.assessed', detail: { level: 'high', score: 90, reasons: 'new_network' } });
  await happened({ type: 'totp.attempted', outcome: 'failure', reason: 'wrong', actor: { kind: 'anonymous' } });
  expect(await told(acting)).toEqual(['totp.attempted failure']);
});

test('an administrator is told of as one, without name and place', async () => {
  const { acting, happened } = await somebody();
  await happened({
    type: 'recovery_pass.issued',
    actor: { kind: 'operator', name: 'root' },
    detail: { why: 'lost all' },
  });
  const [entry] = (await activity(acting)).entries;
  expect(entry).toMatchObject({ by: 'administrator', where: {}, detail: {} });
});

test('pages follow one another without a gap or a double, also where events share one moment, and end after 90 days', async () => {
  const { acting, happened, person } = await somebody();
  const event = { realmId: realm.id, actor: { kind: 'system' }, subject: person.id, outcome: 'success' } as const;
  // What one transaction writes has one time.
  await here.storage.transaction(async (stores) => {
    for (let each = 0; each < 7; each += 1) await stores.audit.append({ ...event, type: 'device.revoked' });
  });
  await happened({ type: 'device.revoked' });
  const seen: string[] = [];
  let before: string | undefined;
  let pages = 0;
  do {
    const page = await activity(acting, { before, limit: 3 });
    seen.push(...page.entries.map(({ id }) => id));
    before = page.next;
    pages += 1;
  } while (before !== undefined);
  expect({ pages, distinct: new Set(seen).size, all: seen.length }).toEqual({ pages: 3, distinct: 8, all: 8 });

  const other = await somebody();
  await here.storage.database.count({
    name: 'test_long_ago',
    text: `insert into audit_event (realm_id, at, type, outcome, actor_kind, subject_id)
           select $1, now() - make_interval(days => days), 'device.revoked', 'success', 'system', $2
           from unnest(array[89, 91]) as days`,
    values: [realm.id, other.person.id],
  });
  expect(await told(other.acting)).toHaveLength(1);
});

test.each(['', 'x', '1.2', `99999999999999999.${crypto.randomUUID()}`, "1764288000000.' or true"])(
  'the cursor %j is refused',
  async (before) => {
    const { acting } = await somebody();
    await expect(activity(acting, { before })).rejects.toMatchObject({ code: 'validation_failed' });
  },
);

test('nobody reads of another person', async () => {
  const one = await somebody();
  await one.happened({ type: 'password.changed' });
  expect(await told((await somebody()).acting)).toEqual([]);
});
