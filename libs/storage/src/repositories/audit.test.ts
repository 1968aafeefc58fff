import type { AuditEvent } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;
let subject: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
  subject = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

const trail = () => test_.storage.stores.audit;
const list = (realm: RealmId, query = {}) => test_.storage.auditReader.list(realm, { limit: 100, ...query });

function event(fields: Partial<AuditEvent> = {}): AuditEvent {
  return { type: 'totp.attempted', realmId, actor: { kind: 'anonymous' }, outcome: 'failure', ...fields };
}

test('an event comes back with every field it was written with', async () => {
  const written = event({
    actor: { kind: 'user', id: subject },
    subject,
    reason: 'used',
    clientId: 'app',
    sessionUid: 'session',
    signInUid: 'uid',
    origin: { ip: '2001:db8::1', userAgent: 'Browser/1', requestId: 'r-1' },
    detail: { failures: 2, driftSteps: -1 },
  });
  await trail().append(written);
  const [read] = await list(realmId, { subject });
  expect(read).toEqual({ ...written, id: expect.any(String), at: expect.any(Date) });
});

test.each([{ kind: 'operator', name: 'root' }, { kind: 'system' }, { kind: 'anonymous' }] as const)(
  'an actor of kind $kind comes back',
  async (actor) => {
    const { id } = await addRealm(test_.storage);
    await trail().append(event({ realmId: id, actor }));
    expect((await list(id))[0]?.actor).toEqual(actor);
  },
);

test('a detail that the catalogue does not name for the type is refused before it is stored', async () => {
  const { id } = await addRealm(test_.storage);
  await expect(trail().append(event({ realmId: id, detail: { code: 'ABCD-EFGH' } }))).rejects.toThrow(
    'no place for code',
  );
  expect(await list(id)).toEqual([]);
});

test('nothing that a client sends can stop an event from being written', async () => {
  const { id } = await addRealm(test_.storage);
  const hostile = `\0\u0001\r\nSet-Cookie: x\ud800${'x'.repeat(10_000)}`;
  for (const ip of ['not an address', 'fe80::1%eth0', '', '1.2.3.4.5'])
    await trail().append(
      event({
        realmId: id,
        type: 'totp.enrolled',
        clientId: hostile,
        origin: { ip, userAgent: hostile, requestId: hostile },
        detail: { label: hostile },
      }),
    );
  const stored = await list(id);
  expect(stored).toHaveLength(4);
  expect(stored.map((one) => one.origin?.ip).sort()).toEqual(['', '', '', 'fe80::1']);
  expect(stored[0]?.origin?.userAgent).toHaveLength(512);
  expect(JSON.stringify(stored)).not.toMatch(/\\u0000|\\r|\\n/);
});

test('an event goes with the transaction it was written in', async () => {
  const { id } = await addRealm(test_.storage);
  await expect(
    test_.storage.transaction(async (stores) => {
      await stores.audit.append(event({ realmId: id }));
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await list(id)).toEqual([]);
});

test('events cannot be changed, deleted or truncated', async () => {
  await trail().append(event());
  for (const text of ['update audit_event set outcome = $1', 'delete from audit_event where outcome <> $1'])
    await expect(test_.storage.database.count({ name: text, text, values: ['success'] })).rejects.toThrow(
      'append only',
    );
  await expect(test_.storage.database.count({ name: 'truncate', text: 'truncate audit_event' })).rejects.toThrow(
    'append only',
  );
});

test('pages are newest first, do not overlap and lose nothing though many events share one moment', async () => {
  const { id } = await addRealm(test_.storage);
  await test_.storage.transaction(async (stores) => {
    for (let index = 0; index < 5; index += 1) await stores.audit.append(event({ realmId: id, reason: `r${index}` }));
  });
  const first = await list(id, { limit: 3 });
  const second = await list(id, { limit: 3, before: first.at(-1) });
  expect([...first, ...second].map((one) => one.reason)).toEqual(['r4', 'r3', 'r2', 'r1', 'r0']);
  expect(await list(id, { type: 'sign_in.started' })).toEqual([]);
  expect(await list(id, { to: first[0]?.at })).toEqual([]);
});

test('events land in the partition of their month; preparing again makes nothing, and a month ahead is made once', async () => {
  const { id } = await addRealm(test_.storage);
  await trail().append(event({ realmId: id }));
  const rows = await test_.storage.database.rows<{ partition: string }>({
    name: 'partition_of',
    text: 'select tableoid::regclass::text as partition from audit_event where realm_id = $1',
    values: [id],
  });
  expect(rows[0]?.partition).toMatch(/^audit_event_\d{4}_\d{2}$/);
  expect(await test_.storage.housekeeping.prepareAuditPartitions(3)).toBe(0);
  expect(await test_.storage.housekeeping.prepareAuditPartitions(4)).toBe(1);
});
