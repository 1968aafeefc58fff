import { type HostedProvider, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { addPerson, PASSWORD } from '../testing/person.ts';
import { addRealm, openTestStorage, type TestStorage } from '../testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here, { sms: true });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

test('on the page a number is added by the code sent to it, and what cannot be right is told beside its field', async () => {
  const realm = await addRealm(here.storage, 'acme', {
    secondFactor: { allowed: ['totp', 'sms'] },
    messages: { smsCountries: ['39'], smsNumberWaitHours: 24 },
  });
  const person = await addPerson(here, provider, realm);
  const by = new Visitor(provider, 'acme');
  let page = await by.submit(await by.open('/realms/acme/account/phone'), {
    username: person.username,
    password: PASSWORD,
  });
  if (page.html.includes('name="password"')) page = await by.submit(page, { password: PASSWORD });
  expect(page.html).toContain('name="phone_number"');
  for (const [phone_number, problem] of [
    ['', 'Enter a phone number.'],
    ['333 1234567', 'not a complete phone number'],
    ['+44 20 7946 0000', 'cannot send text messages to this country'],
  ] as const) {
    const again = await by.submit(page, { phone_number });
    expect([again.status, again.html.includes(problem)]).toEqual([422, true]);
  }
  const asked = await by.submit(page, { phone_number: '+39 333 123 4567' });
  const [message] = await here.storage.outboxQueue.claim(10, ['sms']);
  const code = String(message?.secret?.text).slice(0, 6);
  expect((await by.submit(asked, { sms_code: '12' })).html).toContain('A code has 6 digits.');
  expect((await by.submit(asked, { sms_code: code, phone_number: '+393331234568' })).status).toBe(422);
  const done = await by.submit(asked, { sms_code: code });
  expect(done.html).toContain('Your phone number is saved.');
  expect(done.html).toContain('+393331234567');

  page = await by.open('/realms/acme/account/phone');
  const removed = await by.submit(page, { action: 'remove' });
  expect(removed.html).toContain('Your phone number is removed.');
});
