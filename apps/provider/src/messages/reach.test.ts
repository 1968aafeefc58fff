import { type PolicyInput, policySchema } from '@sparekey/policy';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';
import { messagingOf } from './messaging.ts';
import { reachableBy, sentFactors } from './reach.ts';

let test_: TestStorage;

beforeAll(async () => {
  test_ = await openTestStorage();
});
afterAll(() => test_.close());

const italian = { secondFactor: { allowed: ['sms'] }, messages: { smsCountries: ['39'] } } satisfies PolicyInput;
const everything = { messaging: { mail: true, sms: true, demoOutbox: false } };
let people = 0;

async function reach(policy: PolicyInput, phoneNumber: string, services = everything, changed?: string) {
  people += 1;
  const { storage } = test_;
  const realm = await addRealm(storage, `realm-${people}`);
  const first = changed === undefined ? phoneNumber : changed;
  const fields = { username: 'ada', phoneNumber: first, phoneNumberVerified: true, emailVerified: true };
  const person = await addUser(storage, realm, fields);
  if (changed !== undefined) await storage.stores.users.update({ ...person, phoneNumber });
  return reachableBy(services, storage.stores, policySchema.parse(policy), person);
}

test('text messages are off unless the realm allows the factor and opens the country', async () => {
  expect(await reach({}, '+39 06 1234567')).toEqual(['email']);
  expect(await reach({ secondFactor: { allowed: ['sms'] } }, '+39 06 1234567')).toEqual(['email']);
  expect(await reach(italian, '+39 06 1234567')).toEqual(['sms', 'email']);
  expect(await reach(italian, '0039 06 1234567')).toEqual(['sms', 'email']);
  expect(await reach(italian, '+883 5100 12345')).toEqual(['email']);
  expect(await reach(italian, '39061234567')).toEqual(['email']);
});

test('a number that somebody else changed gets no codes for a day: they go on to the one before', async () => {
  expect(await reach(italian, '+39061234567', everything, '+39069999999')).toEqual(['sms', 'email']);
  expect(await reach(italian, '+39061234567', everything, '+33169999999')).toEqual(['email']);
  const atOnce = { ...italian, messages: { ...italian.messages, smsNumberWaitHours: 0 } };
  expect(await reach(atOnce, '+39061234567', everything, '+33169999999')).toEqual(['sms', 'email']);
});

test('what this deployment cannot send is not offered', async () => {
  const nothing = { messaging: messagingOf({ mail: undefined, sms: undefined, demo: false }) };
  expect(await reach(italian, '+39061234567', nothing)).toEqual([]);
  const mail = { smtpUrl: 'smtp://localhost', from: 'a@b.example' };
  expect(messagingOf({ mail, sms: undefined, demo: true })).toEqual({ mail: true, sms: false, demoOutbox: false });
  expect(messagingOf({ mail: undefined, sms: undefined, demo: false }).demoOutbox).toBe(false);
  expect(messagingOf({ mail: undefined, sms: undefined, demo: true }).demoOutbox).toBe(true);
});

test('a mailbox that can be reached is a second factor only where the realm allows it', async () => {
  const { storage } = test_;
  const realm = await addRealm(storage, 'factors');
  const person = await addUser(storage, realm, { username: 'ada', emailVerified: true });
  const held = (policy: PolicyInput) => sentFactors(everything, storage.stores, policySchema.parse(policy), person);
  expect(await held({})).toEqual([]);
  expect(await held({ secondFactor: { allowed: ['totp', 'email'] } })).toEqual(['email']);
});
