import { describe, expect, test } from '@jest/globals';
import { AuthenticatorApp } from './authenticator-app.ts';
import { Keyboard } from './keyboard.ts';
import { useProduct } from './product.ts';

const MFA = 'urn:sparekey:acr:mfa';
const RECOVERY = 'urn:sparekey:acr:recovery';

const product = useProduct({ people: { mia: 'newcomer', noa: 'newcomer', leo: 'newcomer', eva: 'imported' } });

describe('everybody gets in', () => {
  test('without JavaScript: first sign-in, recovery, new device, new codes, sign-out', async () => {
    const person = product().person('mia');
    const withoutScript = () => product().visitor({ javaScriptEnabled: false });
    const first = await withoutScript();
    const codes = await first.signIn(person);
    expect(await first.claims()).toMatchObject({ acr: MFA });

    const lost = await withoutScript();
    await lost.recover(person, codes[1] ?? '');
    await lost.submit();
    await lost.enrol(person, 'Pixel 10');
    expect(await lost.claims()).toMatchObject({ acr: MFA });
    await lost.begin('wiki');
    await lost.press('allow');
    expect(await lost.claims()).toMatchObject({ acr: MFA });

    await lost.account('/backup-codes');
    await lost.submit();
    expect(await lost.page.locator('a[download]').getAttribute('download')).toMatch(/^backup-codes-demo-.*\.txt$/);
    expect(await lost.page.locator('.needs-script, .needs-clipboard').filter({ visible: true }).count()).toBe(0);
    expect(await lost.saveCodes()).toHaveLength(10);
    await lost.press('end:all');
    expect(await lost.heading()).toBe('You are signed out');
  });

  test('with the keyboard alone: every step is reached by Tab, typed, and sent by Enter', async () => {
    const person = product().person('noa');
    const visitor = await product().visitor();
    const keyboard = new Keyboard(visitor);

    await visitor.goto(`${product().applicationUrl}/payroll`);
    await keyboard.press('a[href$="/sign-in"]');
    expect(await keyboard.focused()).toBe('username');
    await keyboard.type('input[name=username]', person.username);
    await visitor.page.keyboard.press('Tab');
    expect(await keyboard.focused()).toBe('password');
    await keyboard.type('input[name=password]', 'wrong');
    await keyboard.enter();
    expect(await visitor.page.locator(':focus').getAttribute('role')).toBe('alert');
    await keyboard.type('input[name=password]', person.password);
    await keyboard.enter();

    await keyboard.reach('details.key summary');
    await visitor.page.keyboard.press('Enter');
    person.app = new AuthenticatorApp((await visitor.page.locator('[data-secret]').getAttribute('data-secret')) ?? '');
    await keyboard.type('input[name=otp]', person.app.code());
    await keyboard.enter();
    const [code = ''] = await visitor.codes();
    await keyboard.type('input[name=confirm_code]', code);
    await keyboard.enter();
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
  });

  test('in Italian when the application asks for it, through every page, errors included', async () => {
    const person = product().person('leo');
    const visitor = await product().visitor();
    const italian = () => visitor.page.locator('html').getAttribute('lang');
    await visitor.beginWith({ ui_locales: 'it en' });
    expect(await visitor.heading()).toBe('Accedi');
    await visitor.submit({ username: person.username, password: 'sbagliata' });
    expect(await italian()).toBe('it');
    await visitor.password(person);
    expect(await italian()).toBe('it');
    await visitor.enrol(person);
    expect(await italian()).toBe('it');
    const codes = await visitor.saveCodes();
    expect(await visitor.claims()).toMatchObject({ acr: MFA });

    const next = await product().visitor({ locale: 'it-IT' });
    await next.recover(person, codes[1] ?? '');
    expect(await next.page.locator('html').getAttribute('lang')).toBe('it');
    await next.press('later');
    expect(await next.claims()).toMatchObject({ acr: RECOVERY });
    await next.account();
    expect(await next.page.locator('html').getAttribute('lang')).toBe('it');
    await next.follow('a[hreflang=en]');
    expect(await next.heading()).toBe('Your account');
    await next.reload();
    expect(await next.heading()).toBe('Your account');
  });

  test('at the size of a phone and zoomed in, nothing has to be scrolled sideways', async () => {
    const person = product().person('eva');
    const visitor = await product().visitor({ viewport: { width: 320, height: 640 } });
    const sideways = () =>
      visitor.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    await visitor.begin();
    expect(await sideways()).toBe(0);
    await visitor.password(person);
    expect(await sideways()).toBe(0);
    await visitor.otp(person);
    await visitor.saveCodes();
    await visitor.account();
    expect(await sideways()).toBe(0);
    await visitor.account('/authenticators/new');
    expect(await sideways()).toBe(0);
    await visitor.account('/backup-codes');
    await visitor.submit();
    expect(await sideways()).toBe(0);
  });
});
