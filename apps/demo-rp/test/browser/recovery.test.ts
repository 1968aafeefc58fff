import { describe, expect, test } from '@jest/globals';
import { useProduct } from './product.ts';

const MFA = 'urn:sparekey:acr:mfa';
const RECOVERY = 'urn:sparekey:acr:recovery';
const BACKUP_CODE = 'urn:sparekey:amr:backup_code';

const product = useProduct({
  people: {
    mia: 'imported',
    noa: 'imported',
    leo: 'imported',
    eva: 'imported',
    ben: 'imported',
    tom: 'imported',
    kim: 'imported',
    zoe: 'imported',
  },
});

/** Someone with a confirmed set, and its codes. */
async function holder(username: string) {
  const person = product().person(username);
  const visitor = await product().visitor();
  const codes = await visitor.signIn(person);
  expect(codes).toHaveLength(10);
  await visitor.page.context().close();
  return { person, codes, code: (index: number) => codes[index] ?? '' };
}

describe('the device is lost', () => {
  test('a backup code stands in after the password: the application sees recovery, and the repair may wait', async () => {
    const { person, code } = await holder('mia');
    const visitor = await product().visitor({ viewport: { width: 360, height: 740 } });
    await visitor.begin();
    await visitor.password(person);
    const lost = await visitor.page.locator('button[value="try:backup_code"]').boundingBox();
    expect((lost?.y ?? 1000) + (lost?.height ?? 0)).toBeLessThan(740);
    await visitor.press('try:backup_code');
    expect(await visitor.heading()).toBe('Use a backup code');
    await visitor.submit({ backup_code: ` ${code(1).toLowerCase().replace('-', ' – ')} ` });
    expect(await visitor.heading()).toBe('You used a backup code');
    expect(await visitor.text()).toContain('9 codes left.');
    await visitor.press('later');
    expect(await visitor.claims()).toMatchObject({ acr: RECOVERY, amr: ['mfa', 'pwd', BACKUP_CODE].sort() });

    // An application that wants more than recovery gets it from the app, and from nothing else.
    await visitor.follow('a[href$="/step-up"]');
    expect(await visitor.heading()).toBe('Enter your code');
    await visitor.otp(person);
    expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd', BACKUP_CODE].sort() });
  });

  test('an application that asks for mfa is not content with a backup code: the new device is set up first', async () => {
    const { person, code } = await holder('noa');
    const visitor = await product().visitor();
    await visitor.recover(person, code(1));
    await visitor.press('later');
    await visitor.follow('a[href$="/step-up"]');
    await visitor.press('try:backup_code');
    // The open session is no first proof for a backup code.
    expect(await visitor.heading()).toBe('Confirm that it is you');
    await visitor.submit({ password: person.password });
    expect(await visitor.heading()).toBe('Use a backup code');
    await visitor.submit({ backup_code: code(2) });
    expect(await visitor.heading()).toBe('You used a backup code');
    expect(await visitor.has('button[value=later]')).toBe(false);
    await visitor.submit();
    await visitor.enrol(person, 'Pixel 10');
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
  });

  test('the new device takes the place of the lost one, whose codes are worth nothing from then on', async () => {
    const { person, code } = await holder('leo');
    const { app: lost } = person;
    const visitor = await product().visitor();
    await visitor.recover(person, code(1));
    await visitor.submit();
    expect(await visitor.heading()).toBe('Set up your new device');
    await visitor.enrol(person, 'Pixel 10');
    expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd', BACKUP_CODE].sort() });

    const next = await product().visitor();
    await next.begin();
    await next.password(person);
    expect(await next.text()).toContain('Code from Pixel 10');
    await next.submit({ otp: lost?.code() ?? '' });
    expect(await next.alert()).toContain('This code is not right');
    await next.otp(person);
    expect(await next.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd'] });
  });

  test('a wrong, a used, an expired and a foreign code get the same page in the same words (R15)', async () => {
    const own = await holder('eva');
    const other = await holder('ben');
    const user = await product().visitor();
    await user.recover(own.person, own.code(1));
    expect(await user.heading()).toBe('You used a backup code');

    const answers: Record<string, string> = {};
    const attempt = async (kind: string, code: string) => {
      await product().past.forgiveAttempts();
      const visitor = await product().visitor();
      await visitor.recover(own.person, code);
      answers[kind] = `${await visitor.page.title()}\n${await visitor.text()}`;
      return visitor;
    };
    await attempt('wrong', 'AAAA-AAAA');
    await attempt('used', own.code(1));
    await attempt('foreign', other.code(2));
    await product().past.expireCodes(own.person);
    const expired = await attempt('expired', own.code(2));
    expect(new Set(Object.values(answers)).size).toBe(1);
    expect(answers.wrong).toContain('This code cannot be used.');

    // A malformed one stays on the page too, is told what a code looks like, and counts as no try.
    await expired.submit({ backup_code: 'K7M2' });
    expect(await expired.heading()).toBe('Use a backup code');
    expect(await expired.alert()).toContain('A backup code looks like');
    const [counter] = await product().query<{ failures: number }>(
      `select failures from attempt_counter where factor = 'backup_code'`,
    );
    expect(counter?.failures).toBe(1);

    // The expired set lets nobody in, but its owner still gets in by the app, and to a new set.
    await expired.press('try:totp');
    await expired.otp(own.person);
    expect(await expired.heading()).toBe('Save your backup codes');
    await expired.saveCodes();
    expect(await expired.claims()).toMatchObject({ acr: MFA });
  });

  test('the last code forces a new set before the application is reached, and that set works', async () => {
    const { person, code } = await holder('tom');
    await product().past.leaveCodes(person, 1);
    const visitor = await product().visitor();
    await visitor.recover(person, code(9));
    expect(await visitor.text()).toContain('It was your last one.');
    await visitor.press('later');
    expect(await visitor.heading()).toBe('Save your backup codes');
    expect(await visitor.has('button[value=later]')).toBe(false);
    const codes = await visitor.saveCodes();
    expect(await visitor.claims()).toMatchObject({ acr: RECOVERY });

    const next = await product().visitor();
    await next.recover(person, codes[5] ?? '');
    expect(await next.text()).toContain('9 codes left.');
  });

  test('at the low threshold a new set is offered, may wait, and ends the old one only when it is confirmed', async () => {
    const { person, code } = await holder('kim');
    await product().past.leaveCodes(person, 3);
    const first = await product().visitor();
    await first.begin();
    await first.password(person);
    await first.otp(person);
    expect(await first.heading()).toBe('You have 3 backup codes left');
    await first.press('later');
    expect(await first.claims()).toMatchObject({ acr: MFA });

    const second = await product().visitor();
    await second.begin();
    await second.password(person);
    await second.otp(person);
    await second.submit();
    const codes = await second.codes();
    expect(await second.text()).toContain('They replace your old ones once you have confirmed.');

    // Not confirmed yet: the old set is the one that works.
    const third = await product().visitor();
    await third.recover(person, codes[1] ?? '');
    expect(await third.alert()).toContain('This code cannot be used.');
    await third.submit({ backup_code: code(9) });
    expect(await third.text()).toContain('2 codes left.');

    await second.submit({ confirm_code: codes[0] ?? '' });
    expect(await second.claims()).toMatchObject({ acr: MFA });
    const fourth = await product().visitor();
    await fourth.recover(person, code(8));
    expect(await fourth.alert()).toContain('This code cannot be used.');
    await fourth.submit({ backup_code: codes[1] ?? '' });
    expect(await fourth.text()).toContain('9 codes left.');
  });

  test('who still finds the device on the way goes back to its code', async () => {
    const { person } = await holder('zoe');
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.password(person);
    await visitor.press('try:backup_code');
    await visitor.press('try:totp');
    expect(await visitor.heading()).toBe('Enter your code');
    await visitor.otp(person);
    expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd'] });
  });
});
