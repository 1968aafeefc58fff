import { expect, test } from '@jest/globals';
import { AuthenticatorApp } from './authenticator-app.ts';
import { Keyboard } from './keyboard.ts';
import type { Person } from './people.ts';
import { useProduct } from './product.ts';
import { RelyingParty } from './relying-party.ts';

const MFA = 'urn:sparekey:acr:mfa';

/** A browser that was not seen before is a medium risk here, and needs another channel: nothing has to be faked. */
const product = useProduct({
  messages: true,
  people: { ivy: 'imported', gia: 'imported' },
  realm: (file) => {
    const recovery = { risk: { medium: 10, high: 100 } };
    file.sparekey = { ...file.sparekey, policy: { ...file.sparekey?.policy, recovery } };
    // What is sent to gia is in Italian.
    const gia = file.users?.find(({ username }) => username === 'gia');
    if (gia) gia.attributes = { locale: ['it'] };
  },
});

const mailTo = ({ username }: Person, subject: RegExp) => product().mailbox.next(`${username}@acme.example`, subject);
const linkIn = (html: string, path: string) => new RegExp(`href="([^"]*/${path}/[^"]*)"`).exec(html)?.[1] ?? '';
const digits = (text: string) => /^\d{8}$/m.exec(text)?.[0] ?? '';

async function holder(username: string) {
  const person = product().person(username);
  const visitor = await product().visitor();
  const codes = await visitor.signIn(person);
  return { person, visitor, code: (index: number) => codes[index] ?? '' };
}

test('“this wasn’t me” in the mail stops a recovery under way, ends every session, and asks for a new password', async () => {
  const { person, visitor: owner, code } = await holder('ivy');
  const application = new RelyingParty(product());
  const { refresh_token: refreshToken } = await application.tokens(owner);

  const thief = await product().visitor();
  await thief.recover(person, code(1));
  // The second channel is asked for, and nothing is said of why.
  expect(await thief.heading()).toBe('Enter the code we sent');
  expect(await thief.text()).not.toMatch(/new device|network|country/i);
  const { text } = await mailTo(person, /Your sign-in code/);
  await thief.submit({ email_code: digits(text) });
  expect(await thief.heading()).toBe('You used a backup code');

  const warning = await mailTo(person, /A backup code was used at Acme/);
  const link = linkIn(warning.html, 'not-me');
  expect(warning.text).toContain(link);
  const phone = await product().visitor({ viewport: { width: 360, height: 740 } });
  await phone.goto(link);
  expect(await phone.heading()).toBe('Was this not you?');
  await phone.submit();
  expect(await phone.heading()).toBe('Your account is protected');
  await mailTo(person, /Your account at Acme is protected/);

  // Whoever was in the middle of it is at the beginning again, and gets no further by any code.
  await thief.press('continue');
  expect(await thief.asks('username')).toBe(true);
  await thief.password(person);
  await thief.press('try:backup_code');
  await thief.submit({ backup_code: code(2) });
  expect(await thief.alert()).toContain('Recovery is frozen');

  expect((await application.refresh(refreshToken)).status).toBe(400);
  await owner.beginWith({ prompt: 'none' });
  expect(owner.page.url()).toContain('error=login_required');

  // The way on is on the page: the usual sign-in, and then a new password. The link itself is spent.
  await phone.follow('main a.button');
  await phone.password(person);
  await phone.otp(person);
  expect(await phone.heading()).toBe('Choose a new password');
  const password = 'eleven blue plinths';
  await phone.submit({ new_password: password, new_password_again: password });
  expect(await phone.heading()).toBe('Your account');
  await phone.goto(link);
  expect(await phone.heading()).toBe('This link cannot be used');
});

test('in Italian, in the dark and with the keyboard alone: from the lost device to the application, by mail and code', async () => {
  const { person, code } = await holder('gia');
  const visitor = await product().visitor({ locale: 'it-IT', colorScheme: 'dark' });
  const keyboard = new Keyboard(visitor);
  await visitor.goto(`${product().applicationUrl}/payroll`);
  await keyboard.press('a[href$="/sign-in"]');
  expect(await visitor.heading()).toBe('Accedi');
  await keyboard.type('input[name=username]', person.username);
  await keyboard.type('input[name=password]', person.password);
  await keyboard.enter();
  await keyboard.press('button[value="try:backup_code"]');

  expect(await visitor.heading()).toBe('Usa un codice di riserva');
  expect(await keyboard.focused()).toBe('backup_code');
  await keyboard.type('input[name=backup_code]', 'AAAA-AAAA');
  await keyboard.enter();
  expect(await visitor.page.locator(':focus').getAttribute('role')).toBe('alert');
  expect(await visitor.page.title()).toMatch(/^Errore: /);
  await keyboard.type('input[name=backup_code]', code(1));
  await keyboard.enter();

  expect(await visitor.heading()).toBe('Inserisci il codice che ti abbiamo inviato');
  expect(await keyboard.focused()).toBe('email_code');
  const { text, html } = await mailTo(person, /Il tuo codice di accesso per Acme/);
  expect(html).toContain('<html lang="it">');
  await keyboard.type('input[name=email_code]', digits(text));
  await keyboard.enter();
  expect(await visitor.heading()).toBe('Hai usato un codice di riserva');
  expect(await visitor.text()).toContain('9 codici rimasti.');
  await keyboard.press('button[value=continue]');

  expect(await visitor.heading()).toBe('Configura il nuovo dispositivo');
  await keyboard.reach('details.key summary');
  await visitor.page.keyboard.press('Enter');
  person.app = new AuthenticatorApp((await visitor.page.locator('[data-secret]').getAttribute('data-secret')) ?? '');
  await keyboard.type('input[name=otp]', person.app.code());
  await keyboard.enter();
  expect(await visitor.claims()).toMatchObject({ acr: MFA });
  await mailTo(person, /Un codice di riserva è stato usato su Acme/);
  await mailTo(person, /Un modo di accedere è stato tolto su Acme/);

  // A new set: what a screen reader says of the codes is each letter, with the dash by name.
  await visitor.account('/backup-codes');
  await keyboard.press('main button[value=continue]');
  const [first = ''] = await visitor.codes();
  const item = visitor.page.getByRole('list', { name: 'I tuoi codici di riserva' }).getByRole('listitem').first();
  expect(await item.locator('.spoken').innerText()).toBe([...first].join(' ').replace(' - ', ', trattino, '));
  expect(await item.locator('[data-backup-code]').getAttribute('aria-hidden')).toBe('true');
  await keyboard.type('input[name=confirm_code]', first);
  await keyboard.enter();
  expect(await visitor.page.locator('[role=status].notice').innerText()).toContain('nuovi codici di riserva');
});
