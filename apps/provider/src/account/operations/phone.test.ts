import type { Realm, User } from '@sparekey/realms';
import { race } from '@sparekey/testing';
import { type HostedProvider, startHostedProvider } from '../../testing/hosted.ts';
import { actingAs, addPerson } from '../../testing/person.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../testing/storage.ts';
import { confirmNumber, phoneStanding, removeNumber, sendNumberCode } from './phone.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here, { sms: true });
  realm = await addRealm(here.storage, 'acme', {
    secondFactor: { allowed: ['totp', 'sms'] },
    messages: { smsCountries: ['39', '44'], smsPerDay: 3, smsPerPrefixPerDay: 4 },
  });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

let numbers = 10_000_000;
/** A number of a range of its own. */
const newNumber = () => {
  numbers += 10_000;
  return `+3933${numbers}`;
};

const withNumber = (phoneNumber = newNumber()) =>
  addPerson(here, provider, realm, { phoneNumber, phoneNumberVerified: true });
const nobody = () => addPerson(here, provider, realm);
const now = async ({ id }: User) => {
  const person = await here.storage.stores.users.byId(realm.id, id);
  if (person === undefined) throw new Error('the person is gone');
  return actingAs(provider, person);
};
const stored = async (person: User) => {
  const { phoneNumber, phoneNumberVerified } = (await now(person)).person;
  return [phoneNumber, phoneNumberVerified];
};

/** Text messages that wait; taken away. */
async function texts(): Promise<{ to: string; text: string }[]> {
  const claimed = await here.storage.outboxQueue.claim(1000, ['sms']);
  return claimed.map(({ secret }) => ({ to: String(secret?.to), text: String(secret?.text) }));
}
async function codeFor(person: User, number: string): Promise<string> {
  await texts();
  expect(await sendNumberCode(await now(person), number)).toEqual({ sentTo: number });
  const [message] = await texts();
  expect(message?.to).toBe(number);
  return message?.text.slice(0, 6) ?? '';
}
const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000');

/** A device beside the number, so that the number may change. */
async function addDevice(person: User): Promise<void> {
  const { totp } = here.storage.stores;
  await totp.add(realm.id, person.id, {
    label: 'Phone',
    secret: Buffer.alloc(20, 1),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
}

test('a number is the person’s once its code came back, and codes go to it after the wait of the policy', async () => {
  const person = await nobody();
  const number = newNumber();
  await here.storage.stores.devices.add(realm.id, person.id, { secretHash: Buffer.alloc(32, 1), trusted: true });
  const spaced = `${number.slice(0, 3)} ${number.slice(3, 6)}-${number.slice(6)}`;
  const code = await codeFor(person, number);
  expect(await stored(person)).toEqual([undefined, false]);
  expect(await confirmNumber(await now(person), spaced, wrongOf(code))).toEqual({ refused: 'wrong' });
  expect(await confirmNumber(await now(person), spaced, code)).toEqual({ confirmed: number });
  expect(await stored(person)).toEqual([number, true]);
  expect(await here.storage.stores.devices.trusted(realm.id, person.id)).toEqual([]);
  const standing = await phoneStanding(await now(person));
  expect(standing).toMatchObject({ number, verified: true, maySet: true });
  const hours = ((standing.usableFrom?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
});

test('a change and a removal tell the number before and the mailbox', async () => {
  const person = await withNumber();
  const { phoneNumber: before = '', email } = person;
  await addDevice(person);
  const number = newNumber();
  const code = await codeFor(person, number);
  const told = async () =>
    (await here.storage.outboxQueue.claim(1000, ['sms', 'mail'])).map(({ kind, payload, secret }) => [
      kind,
      payload.letter,
      secret?.to,
    ]);
  await told();
  await confirmNumber(await now(person), number, code);
  expect((await told()).sort()).toEqual([
    ['mail', 'phone_changed', email],
    ['sms', 'phone_changed', before],
  ]);
  expect(await removeNumber({ ...(await now(person)), requirement: undefined })).toBe('removed');
  expect(await stored(person)).toEqual([undefined, false]);
  expect((await told()).sort()).toEqual([
    ['mail', 'phone_changed', email],
    ['sms', 'phone_changed', number],
  ]);
  expect(await removeNumber({ ...(await now(person)), requirement: undefined })).toBe('none');
});

test('of parallel confirmations with one code one counts, and the code is worth nothing for another number or person', async () => {
  const [person, other] = [await nobody(), await nobody()];
  const number = newNumber();
  const code = await codeFor(person, number);
  expect(await confirmNumber(await now(person), newNumber(), code)).toEqual({ refused: 'wrong' });
  expect(await confirmNumber(await now(other), number, code)).toEqual({ refused: 'wrong' });
  const acting = await now(person);
  const { fulfilled } = await race(4, async () => confirmNumber(acting, number, code));
  expect(fulfilled.filter((outcome) => 'confirmed' in outcome)).toHaveLength(1);
  const changes = await here.storage.auditReader.list(realm.id, {
    subject: person.id,
    type: 'profile.updated',
    limit: 9,
  });
  expect(changes).toHaveLength(1);
});

test('guessing the code of a number ends in a wait, also with a new code', async () => {
  const person = await nobody();
  const number = newNumber();
  const wrong = wrongOf(await codeFor(person, number));
  const outcomes: unknown[] = [];
  for (let each = 0; each < 5; each += 1) outcomes.push(await confirmNumber(await now(person), number, wrong));
  expect(outcomes).toEqual([...Array(4).fill({ refused: 'wrong' }), { waitSeconds: 30 }]);
  const code = await codeFor(person, number);
  expect(await confirmNumber(await now(person), number, code)).toMatchObject({ waitSeconds: expect.any(Number) });
  expect(await stored(person)).toEqual([undefined, false]);
});

test.each([
  ['', 'malformed'],
  ['333 1234567', 'malformed'],
  ['+39 333 call me', 'malformed'],
  ['+1 555 0100 000', 'country'],
  ['0039 333 1234567890123', 'malformed'],
])('the number %j is refused as %s, and nothing is sent', async (typed, refused) => {
  const person = await nobody();
  await texts();
  expect(await sendNumberCode(await now(person), typed)).toEqual({ refused });
  expect(await confirmNumber(await now(person), typed, '123456')).toEqual({ refused });
  expect(await texts()).toEqual([]);
});

test('toll fraud: a person, a number and a range of numbers get so many messages in a day', async () => {
  const person = await nobody();
  const number = newNumber();
  for (let each = 0; each < 3; each += 1) await codeFor(person, number);
  expect(await sendNumberCode(await now(person), newNumber())).toEqual({ refused: 'limited' });
  const other = await nobody();
  expect(await sendNumberCode(await now(other), number)).toEqual({ refused: 'limited' });
  const range = number.slice(0, -4);
  expect(await sendNumberCode(await now(other), `${range}0001`)).toEqual({ sentTo: `${range}0001` });
  expect(await sendNumberCode(await now(other), `${range}0002`)).toEqual({ refused: 'limited' });
});

test('who has nothing but text messages cannot change the number, and so leave a gap, nor remove one that is required', async () => {
  const person = await withNumber();
  expect(await sendNumberCode(await now(person), newNumber())).toEqual({ refused: 'only_factor' });
  const requirement = { reason: 'realm' } as never;
  expect(await removeNumber({ ...(await now(person)), requirement })).toBe('required');
  await addDevice(person);
  expect(await removeNumber({ ...(await now(person)), requirement })).toBe('removed');
});

test('without a gateway, or where text messages are no factor, no number is taken', async () => {
  const acting = await now(await nobody());
  const { secondFactor } = acting.policy;
  const policy = { ...acting.policy, secondFactor: { ...secondFactor, allowed: ['totp' as const] } };
  const services = { ...acting.services, messaging: { ...acting.services.messaging, sms: false } };
  expect(await sendNumberCode({ ...acting, policy }, newNumber())).toEqual({ refused: 'not_available' });
  expect(await sendNumberCode({ ...acting, services }, newNumber())).toEqual({ refused: 'not_available' });
});
