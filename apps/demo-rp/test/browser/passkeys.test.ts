import { describe, expect, test } from '@jest/globals';
import { PasskeyDevice } from './passkey-device.ts';
import { useProduct } from './product.ts';
import type { Visitor } from './visitor.ts';

const MFA = 'urn:sparekey:acr:mfa';

const product = useProduct({
  people: {
    ada2: 'newcomer',
    kay: 'newcomer',
    two: 'newcomer',
    old: 'imported',
    bob: 'newcomer',
    pat: 'newcomer',
    eve: 'newcomer',
  },
});

const notice = (visitor: Visitor) => visitor.page.locator('[role=status].notice').innerText();

/** A newcomer whom the realm asks for a second factor: a passkey of this name in place of an app, and the backup codes that come with it. */
async function withPasskey(visitor: Visitor, username: string, label: string): Promise<string[]> {
  await visitor.account();
  await visitor.password(product().person(username));
  await visitor.press('try:webauthn');
  expect(await visitor.heading()).toBe('Set up a passkey');
  await visitor.submit({ label });
  return visitor.saveCodes();
}

/** A browser that lists no passkeys in a field: there a virtual device answers before anything can be typed. */
const withoutAutofill = (visitor: Visitor) =>
  visitor.page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');

/** Makes the browser fail as one would, when asked for a passkey by a button. */
const failing = (visitor: Visitor, name: string) =>
  visitor.page.addInitScript(`
    for (const ask of ['get', 'create']) navigator.credentials[ask] = async ({ mediation }) =>
      mediation ? new Promise(() => {}) : Promise.reject(new DOMException('', '${name}'));`);

const rows = (visitor: Visitor) => visitor.page.locator('.rows h3').allTextContents();

describe('a passkey', () => {
  test('is set up in place of an app, with backup codes, and asked for after the password from then on', async () => {
    const visitor = await product().visitor();
    await PasskeyDevice.plugIn(visitor.page);
    const codes = await withPasskey(visitor, 'ada2', 'Work laptop');
    expect(codes).toHaveLength(10);
    expect(await rows(visitor)).toContain('Work laptop');

    await visitor.page.context().clearCookies();
    await withoutAutofill(visitor);
    await visitor.begin();
    await visitor.password(product().person('ada2'));
    expect(await visitor.heading()).toBe('Use your passkey');
    expect(await visitor.text()).toContain('Work laptop');
    await visitor.submit();
    expect(await visitor.claims()).toMatchObject({ acr: 'phr', amr: ['mfa', 'pop', 'pwd'] });
  });

  test('opens a sign-in by itself: no name, no password, no click, and the application sees phr', async () => {
    const visitor = await product().visitor();
    await PasskeyDevice.plugIn(visitor.page);
    await withPasskey(visitor, 'kay', 'Phone');
    await visitor.page.context().clearCookies();
    // The virtual device stands for the person who picks it from the list of the username field.
    await visitor.page.goto(`${product().applicationUrl}/payroll/sign-in`);
    await visitor.page.locator('#acr').waitFor();
    expect(await visitor.claims()).toMatchObject({ acr: 'phr', amr: ['mfa', 'pop', 'user'] });
  });

  test('is asked for by the button as well, and proves again where the application wants a fresh proof', async () => {
    const visitor = await product().visitor();
    await PasskeyDevice.plugIn(visitor.page);
    await withPasskey(visitor, 'bob', 'Phone');
    await visitor.page.context().clearCookies();
    await withoutAutofill(visitor);
    await visitor.begin();
    expect(await visitor.page.locator('#username').getAttribute('autocomplete')).toBe('username webauthn');
    await visitor.press('passkey');
    expect(await visitor.claims()).toMatchObject({ acr: 'phr' });
    await visitor.beginWith({ prompt: 'login', acr_values: 'phr' });
    expect(await visitor.heading()).toBe('Confirm that it is you');
    await visitor.press('passkey');
    expect(await visitor.claims()).toMatchObject({ acr: 'phr' });
  });

  test('is one of several, named, renamed and removed one by one; the last stays where a second step is required', async () => {
    const visitor = await product().visitor();
    const first = await PasskeyDevice.plugIn(visitor.page);
    await withPasskey(visitor, 'two', 'Laptop');

    // The same device again: the browser knows, and the page says so.
    await visitor.follow('a[href$="/passkeys/new"]');
    await visitor.page.locator('button[value=continue]').click();
    await visitor.page.locator('[role=alert]').waitFor();
    expect(await visitor.alert()).toBe('This device or key is set up for your account already. Use another one.');

    await first.unplug();
    await PasskeyDevice.plugIn(visitor.page, { transport: 'usb' });
    await visitor.submit({ label: 'Key' });
    expect(await notice(visitor)).toBe('Your passkey is ready.');
    expect(await rows(visitor)).toEqual(expect.arrayContaining(['Laptop', 'Key']));

    await visitor.follow('a[aria-label="Rename Key"]');
    await visitor.submit({ label: 'Blue key' });
    expect(await notice(visitor)).toBe('Your passkey has its new name.');

    await visitor.follow('a[aria-label="Remove Laptop"]');
    await visitor.submit();
    expect(await notice(visitor)).toBe('The passkey is removed.');
    expect(await visitor.text()).toContain('10 of 10 left');
    await visitor.follow('a[aria-label="Remove Blue key"]');
    expect(await visitor.text()).toContain('It is your only one, and a second step is required here.');
    const events = await product().query<{ type: string }>(
      `select type from audit_event where subject_id = (select id from user_account where username = 'two')
       and (type like 'webauthn.%' or type = 'backup_codes.revoked') order by id`,
    );
    expect(events.map(({ type }) => type)).toEqual([
      'webauthn.enrolled',
      'webauthn.enrolled',
      'webauthn.renamed',
      'webauthn.removed',
    ]);
  });

  test('is added beside an app on the account page; after that either one will do', async () => {
    const person = product().person('old');
    const visitor = await product().visitor();
    await PasskeyDevice.plugIn(visitor.page);
    await visitor.account();
    await visitor.prove(person);
    await visitor.follow('a[href$="/passkeys/new"]');
    await visitor.submit({ label: 'Laptop' });
    expect(await notice(visitor)).toBe('Your passkey is ready.');
    await visitor.page.context().clearCookies();
    await withoutAutofill(visitor);
    await visitor.begin();
    await visitor.password(person);
    expect(await visitor.heading()).toBe('Use your passkey');
    await visitor.press('try:totp');
    await visitor.otp(person);
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
  });

  test.each([
    ['NotAllowedError', 'Nothing was confirmed.'],
    ['AbortError', 'That was interrupted.'],
    ['SecurityError', 'Passkeys do not work at this address.'],
    ['NotSupportedError', 'This device cannot do what is asked.'],
    ['InvalidStateError', 'This passkey is not for this account.'],
    ['ConstraintError', 'This key cannot check a PIN'],
    ['NetworkError', 'Your other device could not be reached.'],
    ['UnknownError', 'Your device reported a problem.'],
  ])('that fails with %s is told in clear words, and the other ways stay', async (name, words) => {
    const visitor = await product().visitor();
    await failing(visitor, name);
    await visitor.begin();
    await visitor.page.locator('button[value=passkey]').click();
    await visitor.page.locator('[role=alert]:focus').waitFor();
    expect(await visitor.alert()).toContain(words);
    expect(await visitor.page.title()).toMatch(/^Error: /);
    expect(await visitor.asks('password')).toBe(true);
  });

  test('is set up within a sign-in when the application asks for what resists phishing', async () => {
    const visitor = await product().visitor();
    await PasskeyDevice.plugIn(visitor.page);
    await visitor.beginWith({ acr_values: 'phr' });
    await visitor.password(product().person('eve'));
    expect(await visitor.heading()).toBe('Set up a passkey');
    await visitor.submit();
    expect(await visitor.heading()).toBe('Use your passkey');
    await visitor.submit();
    await visitor.saveCodes();
    expect(await visitor.claims()).toMatchObject({ acr: 'phr' });
  });

  test('without JavaScript is not offered beside the password, and its own page says why and leads on', async () => {
    const person = product().person('old');
    const visitor = await product().visitor({ javaScriptEnabled: false });
    await visitor.begin();
    expect(await visitor.page.locator('button[value=passkey]').isVisible()).toBe(false);
    await visitor.password(person);
    expect(await visitor.text()).toContain('Passkeys need JavaScript');
    expect(await visitor.page.locator('button[value=continue]').isVisible()).toBe(false);
    await visitor.press('try:totp');
    expect(await visitor.asks('otp')).toBe(true);
  });

  test('in a browser without passkeys says so on its page, and is not offered beside the password', async () => {
    const person = product().person('old');
    const visitor = await product().visitor();
    await visitor.page.addInitScript('delete window.PublicKeyCredential');
    await visitor.begin();
    expect(await visitor.has('button[value=passkey]')).toBe(false);
    await visitor.password(person);
    expect(await visitor.alert()).toBe(
      'This browser or device cannot use passkeys. Use another way, or another browser.',
    );
    expect(await visitor.has('button[value="try:totp"]')).toBe(true);
  });
});
