import { expect, test } from '@jest/globals';
import { useProduct } from './product.ts';

const MFA = 'urn:sparekey:acr:mfa';

/** Every recovery counts as risky here, so that nothing has to be faked. */
const product = useProduct({
  people: { ivy: 'imported', max: 'imported', una: 'imported', pia: 'imported', gus: 'imported' },
  realm: (file) => {
    file.roles?.realm?.push({ name: 'admin' });
    file.users?.push({ username: 'ann', enabled: true, realmRoles: ['admin'] });
    file.sparekey = {
      ...file.sparekey,
      policy: { ...file.sparekey?.policy, recovery: { risk: { medium: 10, high: 10 } } },
    };
  },
});

async function holder(username: string) {
  const person = product().person(username);
  const visitor = await product().visitor();
  const codes = await visitor.signIn(person);
  await visitor.page.context().close();
  return { person, code: (index: number) => codes[index] ?? '' };
}

async function waitingCase(username: string) {
  const [found] = await product().query<{ id: string; state: string; level: string }>(
    `select c.id, c.state, c.level from recovery_case c join user_account u on u.realm_id = c.realm_id and u.id = c.user_id
     where u.username = '${username}' order by c.created_at desc limit 1`,
  );
  if (found === undefined) throw new Error(`no recovery of ${username}`);
  return found;
}

test('a risky recovery waits, is left, and is taken up in the same browser without another code', async () => {
  const { person, code } = await holder('ivy');
  const visitor = await product().visitor();
  await visitor.recover(person, code(1));
  expect(await visitor.heading()).toBe('This takes a little longer');
  expect(await visitor.text()).toContain('You can go on from');
  // The page does not tell an attacker what to fake.
  expect(await visitor.text()).not.toMatch(/new device|network|country/i);
  await visitor.press('continue');
  expect(await visitor.heading()).toBe('This takes a little longer');

  expect((await waitingCase('ivy')).level).toBe('high');
  await product().past.endCoolDowns();
  await visitor.begin();
  if (await visitor.asks('username')) await visitor.password(person);
  await visitor.press('try:backup_code');
  expect(await visitor.heading()).toBe('The wait is over');
  await visitor.press('continue');
  expect(await visitor.heading()).toBe('You used a backup code');
  await visitor.submit();
  await visitor.enrol(person, 'Pixel 10');
  expect(await visitor.claims()).toMatchObject({ acr: MFA });
  expect((await waitingCase('ivy')).state).toBe('done');
  const [spent] = await product().query<{ count: number }>(
    `select count(*)::int as count from audit_event e join user_account u on u.id = e.subject_id
     where e.type = 'backup_code.consumed' and u.username = 'ivy'`,
  );
  expect(spent?.count).toBe(1);
});

test('the password alone takes up nobody’s recovery: another browser is asked for a code', async () => {
  const { person, code } = await holder('max');
  const owner = await product().visitor();
  await owner.recover(person, code(1));
  await product().past.endCoolDowns();
  const thief = await product().visitor();
  await thief.begin();
  await thief.password(person);
  await thief.press('try:backup_code');
  expect(await thief.heading()).toBe('Use a backup code');
});

test('a vetoed recovery goes nowhere, even when it was about to be repaired', async () => {
  const { person, code } = await holder('una');
  const visitor = await product().visitor();
  await visitor.recover(person, code(1));
  await product().past.endCoolDowns();
  await visitor.press('continue');
  expect(await visitor.heading()).toBe('You used a backup code');
  const { id } = await waitingCase('una');
  await product().query(`update recovery_case set state = 'vetoed' where id = '${id}'`);
  await visitor.press('continue');
  expect(await visitor.asks('username')).toBe(true);
});

test('a device that turns up while the recovery waits is asked for as ever', async () => {
  const { person, code } = await holder('pia');
  const visitor = await product().visitor();
  await visitor.recover(person, code(1));
  await visitor.press('try:totp');
  expect(await visitor.heading()).toBe('Enter your code');
  await visitor.otp(person);
  expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd'] });
});

test('a pass of an administrator stands in once, is typed where a code would be, and asks for the repair', async () => {
  const { person } = await holder('gus');
  const { out, code } = await product().operate('user', 'pass', 'demo', 'gus', '--operator', 'ann', '--reason', 'T-1');
  expect(code).toBe(0);
  const visitor = await product().visitor();
  await visitor.recover(person, out.trim().toLowerCase());
  expect(await visitor.heading()).toBe('You used a pass from your administrator');
  await visitor.submit();
  await visitor.enrol(person, 'Pixel 10');
  expect(await visitor.claims()).toMatchObject({ acr: MFA });

  const again = await product().visitor();
  await again.recover(person, out.trim());
  expect(await again.has('[role=alert]')).toBe(true);
  expect(await again.heading()).toBe('Use a backup code');
});
