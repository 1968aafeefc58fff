import { describe, expect, test } from '@jest/globals';
import { useProduct } from './product.ts';

const MFA = 'urn:sparekey:acr:mfa';

const product = useProduct({
  people: { mia: 'newcomer', noa: 'newcomer', leo: 'imported', eva: 'imported', ben: 'imported', tom: 'imported' },
});

describe('a sign-in that does not go straight', () => {
  test('a reload at any step shows that step again, but never codes that were shown before', async () => {
    const person = product().person('mia');
    const visitor = await product().visitor();
    const reloaded = async () => {
      await visitor.reload();
      return visitor.heading();
    };
    await visitor.begin();
    expect(await reloaded()).toBe('Sign in');
    await visitor.submit({ username: person.username, password: 'wrong' });
    expect(await reloaded()).toBe('Sign in');
    await visitor.password(person);
    expect(await reloaded()).toBe('Set up an authenticator app');
    await visitor.enrol(person);
    const codes = await visitor.codes();
    expect(await reloaded()).toBe('Confirm your backup codes');
    expect(await visitor.codes()).toEqual([]);
    await visitor.submit({ confirm_code: codes[4] ?? '' });
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
    expect(await reloaded()).toContain('Hello');
  });

  test('the back button skips no proof and repeats none: it shows where the sign-in is now', async () => {
    const person = product().person('leo');
    const visitor = await product().visitor();
    const back = () => visitor.leads(() => visitor.page.goBack());
    await visitor.begin();
    const signInPage = visitor.page.url();
    await visitor.password(person);
    expect(await visitor.heading()).toBe('Enter your code');
    await back();
    await visitor.goto(signInPage);
    expect(await visitor.heading()).toBe('Enter your code');
    await visitor.otp(person);
    await visitor.saveCodes();
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
    await visitor.goto(signInPage);
    expect(await visitor.heading()).toBe('This page has expired');
    expect(await visitor.claims()).toBeUndefined();
  });

  test('two tabs of one sign-in: the form of the slower one moves nothing and leads to where the other has got', async () => {
    const person = product().person('eva');
    const first = await product().visitor();
    await first.begin();
    const second = await first.tab();
    await second.goto(first.page.url());
    expect(await second.heading()).toBe('Sign in');
    await first.password(person);
    expect(await first.heading()).toBe('Enter your code');
    await second.submit({ username: 'noa', password: 'noa-at-acme' });
    expect(await second.heading()).toBe('Enter your code');
    expect(await second.text()).toContain('eva');
    await second.otp(person);
    expect(await second.heading()).toBe('Save your backup codes');
    await first.submit({ otp: '123456' });
    expect(await first.heading()).toBe('Confirm your backup codes');
    await second.saveCodes();
    expect(await second.claims()).toMatchObject({ acr: MFA });
  });

  test('two sign-ins in two tabs of one browser end independently, the second in the session of the first', async () => {
    const person = product().person('eva');
    const first = await product().visitor();
    const second = await first.tab();
    await first.begin('payroll');
    await second.begin('wiki');
    await first.prove(person);
    expect(await first.claims()).toMatchObject({ acr: MFA });
    await second.prove(person);
    await second.press('allow');
    expect(await second.claims()).toMatchObject({ acr: MFA });
  });

  test('two people in two tabs of one browser: who comes last has the session, and nothing of the other', async () => {
    const first = await product().visitor();
    const second = await first.tab();
    await first.begin('payroll');
    await second.begin('wiki');
    await first.prove(product().person('eva'));
    await second.prove(product().person('leo'));
    await second.press('allow');
    expect(await second.claims()).toMatchObject({ all: { preferred_username: 'leo' } });
    await first.beginWith({ prompt: 'none' });
    expect(await first.claims()).toMatchObject({ all: { preferred_username: 'leo' } });
  });

  test('someone else who is handed the address of a sign-in finds nothing to go on with', async () => {
    const person = product().person('eva');
    const owner = await product().visitor();
    await owner.begin();
    await owner.password(person);
    const other = await product().visitor();
    await other.goto(owner.page.url());
    expect(await other.heading()).toBe('This page has expired');
    await owner.otp(person);
    expect(await owner.claims()).toMatchObject({ acr: MFA });
  });

  test('the provider killed at every step loses none: what was on the screen can be sent to the next process', async () => {
    const person = product().person('noa');
    const visitor = await product().visitor();
    const powerCut = async () => {
      await product().killProvider();
      await product().startProvider();
    };
    await visitor.begin();
    await powerCut();
    await visitor.password(person);
    expect(await visitor.heading()).toBe('Set up an authenticator app');
    await powerCut();
    await visitor.enrol(person);
    const codes = await visitor.codes();
    await powerCut();
    await visitor.submit({ confirm_code: codes[0] ?? '' });
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
    await powerCut();
    await visitor.begin('wiki');
    expect(await visitor.heading()).toBe('Allow Wiki?');
  });

  test('a backup code spent just before the provider is killed is not lost to the person: the sign-in goes on behind it', async () => {
    const person = product().person('ben');
    const codes = await (await product().visitor()).signIn(person);
    const visitor = await product().visitor();
    await visitor.recover(person, codes[1] ?? '');
    expect(await visitor.heading()).toBe('You used a backup code');
    await product().killProvider();
    await product().startProvider();
    await visitor.reload();
    expect(await visitor.heading()).toBe('You used a backup code');
    await visitor.press('later');
    expect(await visitor.claims()).toMatchObject({ acr: 'urn:sparekey:acr:recovery' });
  });

  test('a person who is disabled in the middle gets no further, and is told no more than anybody', async () => {
    const person = product().person('tom');
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.password(person);
    await product().past.disable(person);
    await visitor.otp(person);
    expect(await visitor.heading()).toBe('Sign in');
    await visitor.password(person);
    expect(await visitor.alert()).toContain('Username and password do not match.');
  });
});
