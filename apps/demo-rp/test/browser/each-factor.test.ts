import { expect, test } from '@jest/globals';
import { PasskeyDevice } from './passkey-device.ts';
import type { Person } from './people.ts';
import { useProduct } from './product.ts';
import { RelyingParty } from './relying-party.ts';
import type { Visitor } from './visitor.ts';

const MFA = 'urn:sparekey:acr:mfa';
const NEW_MAILBOX = 'mail.anew@acme.example';
const BACKUP_CODE = 'urn:sparekey:amr:backup_code';

const product = useProduct({
  messages: true,
  people: { app: 'imported', key: 'newcomer', only: 'newcomer', mail: 'newcomer', text: 'reachable' },
  realm: (file) => {
    file.sparekey = {
      policy: {
        secondFactor: { required: 'required', allowed: ['totp', 'webauthn', 'email', 'sms'] },
        messages: { smsCountries: ['39'], mailsPerHour: 20 },
        trustedDevices: { days: 30 },
      },
    };
  },
});

const mailOf = ({ username }: Person) => `${username}@acme.example`;
const digits = (message: string) => /\b\d{6,8}\b/.exec(message)?.[0] ?? '';

/** Types the code of the newest mail or text message. */
const mailCode = async (visitor: Visitor, person: Person) =>
  visitor.submit({ email_code: digits((await product().mailbox.next(mailOf(person), /Your sign-in code/)).text) });
const textCode = async (visitor: Visitor, { phone = '' }: Person) =>
  visitor.submit({ sms_code: digits(await product().texts.next(phone)) });

const password = (visitor: Visitor, person: Person) => visitor.password(person);
async function useKey(visitor: Visitor): Promise<void> {
  expect(await visitor.heading()).toBe('Use your passkey');
  await visitor.submit();
}

async function setUpPasskey(visitor: Visitor, transport: 'usb' | 'internal', label: string): Promise<void> {
  await PasskeyDevice.plugIn(visitor.page, { transport });
  await visitor.submit({ label });
}

/** With a device that is plugged in already. */
async function addPasskey(visitor: Visitor, label: string): Promise<void> {
  await visitor.account('/passkeys/new');
  await visitor.submit({ label });
}

interface Way {
  username: string;
  /** Makes it the way this person signs in; they come with codes by mail, or with their app or number. */
  setUp?(visitor: Visitor, person: Person): Promise<void>;
  /** What the usual sign-in asks for, up to the application. */
  first(visitor: Visitor, person: Person): Promise<void>;
  second?(visitor: Visitor, person: Person): Promise<void>;
  reached: { acr: string; amr: string[] };
  /** What is shown in place of the lost one before a backup code is asked for, and where that offers to go. */
  firstWithout?(visitor: Visitor, person: Person): Promise<void>;
  ways: string[];
  /** The answer to which device is lost, where there is more than one. */
  lost?: string;
  /** Sets up the new one, up to the application. */
  replace(visitor: Visitor, person: Person): Promise<void>;
  /** What is lost with it, and changed in the account. */
  afterwards?(visitor: Visitor, person: Person): Promise<void>;
  /** Shows, in the old browser, that the lost one opens nothing any more. */
  gone(visitor: Visitor, person: Person, lost: Person): Promise<void>;
  told: RegExp[];
}

const added = /A way to sign in was added/;
const removed = /A way to sign in was removed/;

const ways: Way[] = [
  {
    username: 'app',
    first: password,
    second: (visitor, person) => visitor.otp(person),
    reached: { acr: MFA, amr: ['mfa', 'otp', 'pwd'] },
    ways: ['try:email', 'try:backup_code', 'cancel'],
    replace: (visitor, person) => visitor.enrol(person, 'Pixel 10'),
    async gone(visitor, person, lost) {
      await visitor.password(person);
      await visitor.submit({ otp: await product().past.freshCode(lost) });
      expect(await visitor.alert()).toContain('This code is not right');
    },
    told: [added, removed],
  },
  {
    username: 'key',
    async setUp(visitor, person) {
      await PasskeyDevice.plugIn(visitor.page, { transport: 'usb' });
      await addPasskey(visitor, 'Work key');
      await visitor.account('/authenticators/new');
      await visitor.enrol(person, 'Spare phone');
    },
    first: password,
    second: useKey,
    reached: { acr: 'phr', amr: ['mfa', 'pop', 'pwd'] },
    ways: ['try:totp', 'try:email', 'try:backup_code', 'cancel'],
    lost: 'Work key',
    async replace(visitor) {
      await visitor.press('try:webauthn');
      await setUpPasskey(visitor, 'usb', 'New key');
    },
    async gone(visitor, person) {
      await visitor.press('passkey');
      expect(await visitor.alert()).toContain('This passkey was not accepted.');
      await visitor.password(person);
      expect(await visitor.text()).toContain('Your browser will ask for New key.');
      await visitor.press('try:totp');
      await visitor.otp(person);
      expect(await visitor.claims()).toMatchObject({ acr: MFA });
    },
    told: [added, removed],
  },
  {
    username: 'only',
    async setUp(visitor, person) {
      await PasskeyDevice.plugIn(visitor.page);
      await addPasskey(visitor, 'Phone');
      await product().past.forgetPassword(person);
    },
    first: (visitor) => visitor.press('passkey'),
    reached: { acr: 'phr', amr: ['mfa', 'pop', 'user'] },
    async firstWithout(visitor, person) {
      await visitor.submit({ username: person.username }, 'try:email');
      await mailCode(visitor, person);
      expect(await visitor.heading()).toBe('Use your passkey');
    },
    // Not once more by mail: that is how they came in.
    ways: ['try:backup_code', 'cancel'],
    async replace(visitor) {
      await visitor.press('try:webauthn');
      await setUpPasskey(visitor, 'internal', 'New phone');
    },
    async gone(visitor) {
      await visitor.press('passkey');
      expect(await visitor.alert()).toContain('This passkey was not accepted.');
    },
    told: [added, removed],
  },
  {
    username: 'mail',
    first: password,
    second: mailCode,
    reached: { acr: MFA, amr: ['mfa', 'otp', 'pwd'] },
    ways: ['try:backup_code', 'cancel'],
    replace: (visitor, person) => visitor.enrol(person),
    async afterwards(visitor) {
      await visitor.account('/profile');
      await visitor.submit({ email: NEW_MAILBOX });
      const { text } = await product().mailbox.next(NEW_MAILBOX, /Confirm your email address/);
      await visitor.goto(/https?:\S+/.exec(text)?.[0] ?? '');
      await visitor.submit();
      expect(await visitor.text()).toContain('is verified');
    },
    async gone(visitor, person) {
      await visitor.password(person);
      expect(await visitor.heading()).toBe('Enter your code');
      await visitor.press('try:email');
      const sent = await product().mailbox.next(NEW_MAILBOX, /Your sign-in code/);
      const before = product().mailbox.received.slice(0, product().mailbox.received.indexOf(sent));
      await visitor.submit({ email_code: digits(sent.text) });
      expect(await visitor.claims()).toMatchObject({ acr: MFA });
      // Everything that came since the change, up to the code: none of it went to the mailbox that is lost.
      const changed = before.findIndex(({ subject }) => subject.includes('Confirm your email address'));
      const codes = before.slice(changed).filter(({ subject }) => subject.includes('sign-in code'));
      expect(codes).toEqual([]);
    },
    told: [added, /Your email address at Acme was changed/],
  },
  {
    username: 'text',
    first: password,
    second: textCode,
    reached: { acr: MFA, amr: ['mfa', 'otp', 'pwd', 'sms'] },
    ways: ['try:email', 'try:backup_code', 'cancel'],
    replace: (visitor, person) => visitor.enrol(person),
    async gone(visitor, person) {
      await visitor.password(person);
      expect(await visitor.heading()).toBe('Enter your code');
      expect(await visitor.ways()).toEqual(['try:email', 'try:backup_code', 'cancel']);
    },
    told: [added, removed],
  },
];

test.each(ways)('$username: signs in, is lost, and is replaced; what was lost opens nothing', async (way) => {
  const person = product().person(way.username);
  const application = new RelyingParty(product());
  const owner = await product().visitor();
  await owner.page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
  await owner.begin();
  await owner.password(person);
  if (await owner.asks('otp')) await owner.otp(person);
  else await (person.phone ? textCode(owner, person) : mailCode(owner, person));
  const codes = await owner.saveCodes();
  await way.setUp?.(owner, person);

  await owner.endSessions();
  await owner.begin();
  await way.first(owner, person);
  if (way.second) {
    await owner.page.locator('input[name=trust]').check();
    await way.second(owner, person);
  }
  expect(await owner.claims()).toMatchObject(way.reached);
  const { refresh_token: refreshToken } = await application.tokens(owner);

  const lost = { ...person };
  const visitor = await product().visitor();
  await visitor.begin();
  await (way.firstWithout ?? way.first)(visitor, person);
  expect(await visitor.ways()).toEqual(way.ways);
  await visitor.press('try:backup_code');
  await visitor.submit({ backup_code: codes[1] ?? '' });
  expect(await visitor.heading()).toBe('You used a backup code');
  if (way.lost) await visitor.page.getByLabel(way.lost).check();
  await visitor.submit();
  await way.replace(visitor, person);
  const { acr, amr = [] } = (await visitor.claims()) ?? {};
  expect(acr).toBe(MFA);
  expect(amr).toContain(BACKUP_CODE);
  await way.afterwards?.(visitor, person);

  expect((await application.refresh(refreshToken)).status).toBe(400);
  await owner.beginWith({ prompt: 'none' });
  expect(owner.page.url()).toContain('error=login_required');
  await owner.endSessions();
  await owner.begin();
  await way.gone(owner, person, lost);
  await product().mailbox.next(mailOf(person), /A backup code was used/);
  for (const subject of way.told) {
    expect((await product().mailbox.next(mailOf(person), subject)).text).toContain('This wasn’t me');
  }
});
