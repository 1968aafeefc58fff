import type { AuditEvent } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let test_: TestStorage;
let realmId: RealmId;
let userId: UserId;

beforeAll(async () => {
  test_ = await openTestStorage();
  realmId = (await addRealm(test_.storage)).id;
  userId = (await addUser(test_.storage, realmId)).id;
});
afterAll(() => test_.close());

async function happened(type: AuditEvent['type'], event: Partial<AuditEvent> = {}, ip = '192.0.2.1') {
  const origin = { ip, userAgent: '', requestId: 'test' };
  const { audit } = test_.storage.stores;
  await audit.append({
    type,
    realmId,
    subject: userId,
    actor: { kind: 'anonymous' },
    outcome: 'success',
    origin,
    ...event,
  });
}

test('a person without a past has none: nothing known, nothing counted', async () => {
  const history = await test_.storage.stores.accountHistory.history(realmId, userId, 'uid');
  expect(history).toEqual({ addresses: [], failures: 0, recoveries: 0, createdAt: expect.any(Date) });
});

test('the past of an account: last sign-in, addresses, failures, recoveries but this one, last change', async () => {
  await happened('sign_in.completed', {}, '192.0.2.1');
  await happened('sign_in.completed', {}, '2001:db8::1');
  await happened('password.attempted', { outcome: 'failure', reason: 'wrong' });
  await happened('backup_code.consumed', { signInUid: 'before' });
  await happened('backup_code.consumed', { signInUid: 'this' });
  await happened('profile.updated', { detail: { fields: 'firstName' } });
  const history = () => test_.storage.stores.accountHistory.history(realmId, userId, 'this');
  const before = await history();
  expect(before).toMatchObject({ last: { ip: '2001:db8::1' }, failures: 1, recoveries: 1 });
  expect(before.addresses.toSorted()).toEqual(['192.0.2.1', '2001:db8::1']);
  expect(before.changedAt).toBeUndefined();
  await happened('profile.updated', { detail: { fields: 'firstName email' } });
  expect((await history()).changedAt).toBeInstanceOf(Date);
});
