import type { Realm, User } from '@sparekey/realms';
import { changeProfile } from '../account/operations/profile.ts';
import { Directory } from '../testing/directory.ts';
import { type HostedProvider, type Page, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { actingAs, addPerson, PASSWORD } from '../testing/person.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../testing/storage.ts';

// The hole: people whose only second factor is a number or an address were let in by the password alone as soon as an
// import, an administrator or a directory had changed it, or by codes to whatever it had been changed to.

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here, { sms: true });
  realm = await addRealm(here.storage, 'acme', {
    secondFactor: { allowed: ['sms', 'email'] },
    messages: { smsCountries: ['39'] },
    backupCodes: { required: 'never' },
  });
  await addClient(here.storage, realm, { clientId: 'app' });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

let numbers = 10_000_000;
const newNumber = () => {
  numbers += 10_000;
  return `+3934${numbers}`;
};

/** Where the codes of a sign-in went, and the last code. */
async function sent(): Promise<{ to: string[]; code: string }> {
  const claimed = await here.storage.outboxQueue.claim(1000, ['sms', 'mail']);
  const codes = claimed.filter(({ kind, payload }) => kind === 'sms' || payload.letter === 'sign_in_code');
  const said = JSON.stringify(codes.map(({ payload, secret }) => [payload, secret]));
  return {
    to: codes.map(({ payload, secret }) => String(secret?.to ?? payload.to)),
    code: /"code":"(\d{8})"/.exec(said)?.[1] ?? /\b\d{6}\b/.exec(said)?.[0] ?? '',
  };
}

/** The password, and where it led to. */
async function password({ username }: User): Promise<{ by: Visitor; page: Page }> {
  await sent();
  const by = new Visitor(provider, 'acme');
  const page = await by.submit(await by.authorize('app'), { username, password: PASSWORD });
  return { by, page };
}
const isIn = ({ url }: Page): boolean => url.searchParams.has('code');

/** As an import, an administrator or SQL does: past every proof. */
const write = (person: User, what: string) =>
  here.storage.database.count({
    name: 'test_write',
    text: `update user_account set ${what} where realm_id = $1 and id = $2`,
    values: [realm.id, person.id],
    dynamic: true,
  });

const byNumber = () =>
  addPerson(here, provider, realm, { phoneNumber: newNumber(), phoneNumberVerified: true, emailVerified: false });

test.each([
  ['changed', `phone_number = '+393499990000'`],
  ['changed twice', `phone_number = '+393499990001'`, `phone_number = '+393499990002'`],
  ['changed and verified by nobody', `phone_number = '+393499990003', phone_number_verified = false`],
  ['marked as not verified', 'phone_number_verified = false'],
  ['removed', 'phone_number = null, phone_number_verified = false'],
])(
  'when the only number of a person is %s by others, the password alone lets nobody in: the code goes to the number before',
  async (_how, ...writes) => {
    const person = await byNumber();
    for (const what of writes) await write(person, what);
    const { by, page } = await password(person);
    expect(isIn(page)).toBe(false);
    const { to, code } = await sent();
    expect(to).toEqual([person.phoneNumber]);
    expect(page.html).toContain(person.phoneNumber?.slice(-2));
    expect(isIn(await by.submit(page, { sms_code: code }))).toBe(true);
  },
);

test('a number that others set gets the codes after the wait of the policy, and the one before gets none any more', async () => {
  const person = await byNumber();
  await write(person, `phone_number = '+393499990009'`);
  await write(person, `phone_number_changed_at = now() - interval '25 hours'`);
  const { by, page } = await password(person);
  const { to, code } = await sent();
  expect(to).toEqual(['+393499990009']);
  expect(isIn(await by.submit(page, { sms_code: code }))).toBe(true);
});

test.each([
  ['whose addresses are not trusted', { trustEmail: false }, 'moved@corp.example'],
  ['whose addresses are trusted', { trustEmail: true }, 'moved-too@corp.example'],
])(
  'when a directory %s moves the address of a person with mail codes alone, the code goes to the address before',
  async (_which, settings, moved) => {
    const directory = await Directory.connect(here.storage, provider, realm, { settings });
    const username = moved.replace('@corp.example', '');
    const own = `${username}-own@example.com`;
    const made = await directory.person(username, { emails: [{ value: own }] });
    const { stores } = here.storage;
    await stores.passwords.set(realm.id, made.id, await provider.engine.hash(PASSWORD));
    await here.storage.database.count({
      name: 'test_verified',
      text: 'update user_account set email_verified = true where realm_id = $1 and id = $2',
      values: [realm.id, made.id],
    });
    const answer = await directory.patch(`/Users/${made.id}`, [
      { op: 'replace', path: 'emails', value: [{ value: moved }] },
    ]);
    expect(answer.status).toBe(200);
    const person = await stores.users.byId(realm.id, made.id);
    if (person === undefined) throw new Error('nobody');
    expect(person).toMatchObject({ email: moved, emailVerified: settings.trustEmail });
    const { by, page } = await password(person);
    expect(isIn(page)).toBe(false);
    const { to, code } = await sent();
    expect(to).toEqual([own]);
    expect(isIn(await by.submit(page, { email_code: code }))).toBe(true);
  },
);

test('a mailbox that a person gives up is their second factor until they hold another one', async () => {
  const person = await addPerson(here, provider, realm, { email: 'given-up@example.com', emailVerified: true });
  const { firstName, lastName } = person;
  const giveUp = async () => {
    const now = await here.storage.stores.users.byId(realm.id, person.id);
    if (now === undefined) throw new Error('nobody');
    await changeProfile(await actingAs(provider, now), { firstName, lastName, email: undefined });
  };
  await giveUp();
  const { by, page } = await password(person);
  const { to, code } = await sent();
  expect(to).toEqual(['given-up@example.com']);
  expect(isIn(await by.submit(page, { email_code: code }))).toBe(true);

  await write(person, `email = 'again@example.com', email_norm = 'again@example.com', email_verified = true`);
  await write(person, `phone_number = '+393480000001', phone_number_verified = true`);
  await write(person, `phone_number_changed_at = null`);
  await giveUp();
  await password(person);
  expect((await sent()).to).toEqual(['+393480000001']);
  expect((await here.storage.stores.contacts.of(realm.id, person.id)).email.before).toEqual([]);
});
