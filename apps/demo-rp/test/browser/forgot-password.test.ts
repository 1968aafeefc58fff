import { expect, test } from '@jest/globals';
import { useProduct } from './product.ts';

const product = useProduct({ people: { mia: 'imported', noa: 'imported' }, messages: true });

/** The link in the next mail to a person that has one. */
async function linkTo(username: string): Promise<string> {
  const { text } = await product().mailbox.next(`${username}@acme.example`, /Choose a new password/);
  return /https?:\/\/\S+\/reset-password\/[\w-]{43}/.exec(text)?.[0] ?? '';
}

test('a forgotten password is replaced by mail, in another browser, and the second factor is asked for as ever (H33)', async () => {
  const person = product().person('mia');
  const visitor = await product().visitor();
  await visitor.begin();
  await visitor.follow('a[href$="/forgot"]');
  await visitor.submit({ username: 'mia' });
  expect(await visitor.heading()).toBe('Look into your mail');

  const link = await linkTo('mia');
  expect(link.startsWith(`${product().url}/realms/demo/reset-password/`)).toBe(true);
  const phone = await product().visitor({ viewport: { width: 360, height: 740 }, locale: 'it-IT' });
  await phone.goto(link);
  expect(await phone.heading()).toBe('Scegli una nuova password');
  await phone.submit({ new_password: 'Password1', new_password_again: 'Password1' });
  expect(await phone.alert()).toContain('facile da indovinare');
  const password = 'undici plinti azzurri';
  await phone.submit({ new_password: password, new_password_again: password });
  expect(await phone.heading()).toBe('La password è cambiata');
  await phone.goto(link);
  expect(await phone.heading()).toBe('Questo link non si può usare');

  await visitor.press('cancel');
  await visitor.password(person);
  expect(await visitor.alert()).toContain('do not match');
  await visitor.password({ ...person, password });
  expect(await visitor.asks('otp')).toBe(true);
  await visitor.otp(person);
  expect((await visitor.has('#acr')) || (await visitor.asks('confirm_code'))).toBe(true);
});

test('the way there and back works with the keyboard alone, and without JavaScript', async () => {
  const visitor = await product().visitor({ javaScriptEnabled: false });
  await visitor.begin();
  const { page } = visitor;
  await page.locator('a[href$="/forgot"]').focus();
  await visitor.leads(() => page.keyboard.press('Enter'));
  // What is typed before the page has put the focus there is lost.
  await page.locator('input[name=username]:focus').waitFor();
  await page.keyboard.type('noa');
  await visitor.leads(() => page.keyboard.press('Enter'));
  expect(await visitor.heading()).toBe('Look into your mail');
  await page.goto(await linkTo('noa'));
  await page.locator('#new_password:focus').waitFor();
  await page.keyboard.type('eleven blue plinths');
  await page.keyboard.press('Tab');
  await page.keyboard.type('eleven blue plinths');
  await visitor.leads(() => page.keyboard.press('Enter'));
  expect(await visitor.text()).toContain('Your password is changed');
});
