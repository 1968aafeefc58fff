import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { useProduct } from './product.ts';

/** What the mail server was given, decoded as far as these mails need. */
const mails: string[] = [];
const settings: Record<string, string> = {};
let server: SMTPServer;

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(decoded(Buffer.concat(chunks).toString('utf8')));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  settings.SPAREKEY_SMTP_URL = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const product = useProduct({ people: { mia: 'imported', noa: 'imported' }, settings });

/** Quoted-printable (RFC 2045 §6.7): soft line breaks and escapes. */
function decoded(source: string): string {
  return source
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The link in the newest mail to a person that has one. */
async function linkTo(username: string): Promise<string> {
  const found = () =>
    mails
      .filter((mail) => mail.includes(`${username}@acme.example`))
      .flatMap((mail) => /https?:\/\/\S+\/reset-password\/[\w-]{43}/.exec(mail)?.[0] ?? [])
      .at(-1);
  const until = Date.now() + 30_000;
  while (found() === undefined && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  const link = found();
  if (link === undefined) throw new Error(`no link came for ${username}: ${mails.length} mails`);
  return link;
}

test('a forgotten password is replaced by mail, in another browser, and the second factor is asked for as ever', async () => {
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
