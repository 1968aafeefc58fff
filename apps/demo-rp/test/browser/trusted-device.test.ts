import { expect, test } from '@jest/globals';
import { useProduct } from './product.ts';

const ONE = 'urn:sparekey:acr:1fa';
const MFA = 'urn:sparekey:acr:mfa';

const product = useProduct({
  people: { ada2: 'imported', bob2: 'imported', cleo: 'imported', dana: 'imported' },
  realm: (file) => {
    file.sparekey = { ...file.sparekey, policy: { ...file.sparekey?.policy, trustedDevices: { days: 30 } } };
  },
});

/** A person whose browser is trusted from now on. */
async function trusting(username: string) {
  const person = product().person(username);
  const visitor = await product().visitor();
  const codes = await visitor.signIn(person);
  await visitor.endSessions();
  await visitor.begin();
  await visitor.password(person);
  await visitor.page.locator('input[name=trust]').check();
  await visitor.otp(person);
  expect(await visitor.claims()).toMatchObject({ acr: MFA });
  return { person, visitor, codes };
}

test('a trusted browser is spared the second factor, says so to the application, and not when more is asked', async () => {
  const { person, visitor } = await trusting('ada2');
  const cookies = await visitor.endSessions();
  expect(cookies.map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path }))).toEqual([
    { httpOnly: true, sameSite: 'Lax', path: '/realms/demo/' },
  ]);
  await visitor.begin();
  await visitor.password(person);
  expect(await visitor.claims()).toMatchObject({ acr: ONE, amr: ['pwd'] });
  await visitor.follow('a[href$="/step-up"]');
  expect(await visitor.heading()).toBe('Enter your code');
  expect(await visitor.has('input[name=trust]')).toBe(false);
});

test('the cookie of one person spares another person nothing, under whatever name (GHSA authy-devise#58)', async () => {
  const { visitor } = await trusting('bob2');
  const cleo = product().person('cleo');
  const other = await product().visitor();
  await other.signIn(cleo);
  const [own] = await other.endSessions();
  const [foreign] = await visitor.endSessions();
  if (own === undefined || foreign === undefined) throw new Error('a browser without a device cookie');
  await other.page.context().addCookies([foreign, { ...own, value: foreign.value }]);
  await other.begin();
  await other.password(cleo);
  expect(await other.asks('otp')).toBe(true);
});

test('trust dies with a recovery, and can be taken back on the account page', async () => {
  const { person, visitor, codes } = await trusting('dana');
  await visitor.account();
  expect(await visitor.text()).toContain('Trusted browsers');
  await visitor.follow('button[value^="forget:"]');
  expect(await visitor.text()).not.toContain('Trusted browsers');
  await visitor.endSessions();
  await visitor.begin();
  await visitor.password(person);
  await visitor.page.locator('input[name=trust]').check();
  await visitor.otp(person);

  const elsewhere = await product().visitor();
  await elsewhere.recover(person, codes[1] ?? '');
  expect(await elsewhere.heading()).toBe('You used a backup code');
  await visitor.endSessions();
  await visitor.begin();
  await visitor.password(person);
  expect(await visitor.asks('otp')).toBe(true);
});
