import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { demoPerson } from './people.ts';
import { useProduct } from './product.ts';

const MFA = 'urn:sparekey:acr:mfa';

const product = useProduct();

describe('the demo realm as npm start brings it', () => {
  const ada = demoPerson('ada');
  const lin = demoPerson('lin');
  const sam = demoPerson('sam');

  test('a first sign-in sets up an authenticator app, confirms ten backup codes, and reaches the application as mfa', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    expect(await visitor.heading()).toBe('Sign in');
    expect(await visitor.text()).toContain('to continue to Payroll');
    await visitor.password(ada);
    expect(await visitor.heading()).toBe('Set up an authenticator app');
    await visitor.enrol(ada);
    expect(await visitor.heading()).toBe('Save your backup codes');
    const codes = await visitor.saveCodes();
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^[A-HJKM-NP-Z2-9]{4}-[A-HJKM-NP-Z2-9]{4}$/);
    expect(new Set(codes).size).toBe(10);
    expect(visitor.page.url()).toBe(`${product().applicationUrl}/payroll`);
    expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd'] });
  });

  test('a second sign-in asks for the password and the code of the app, and for nothing else', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.password(ada);
    expect(await visitor.heading()).toBe('Enter your code');
    expect(await visitor.text()).toContain('Code from Pixel 9');
    await visitor.otp(ada);
    expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd'] });
  });

  test('a code of the app works once, also within the half minute in which it is shown', async () => {
    const first = await product().visitor();
    const code = await product().past.freshCode(ada);
    await first.begin();
    await first.password(ada);
    await first.submit({ otp: code });
    expect(await first.claims()).toBeDefined();
    const second = await product().visitor();
    await second.begin();
    await second.password(ada);
    await second.submit({ otp: code });
    expect(await second.alert()).toContain('This code is not right, or was used already.');
    expect(await second.heading()).toBe('Enter your code');
  });

  test('a person imported with an authenticator app gets backup codes at the next sign-in, and only then', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.password(lin);
    await visitor.otp(lin);
    expect(await visitor.heading()).toBe('Save your backup codes');
    expect(await visitor.saveCodes()).toHaveLength(10);
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
    const later = await product().visitor();
    await later.begin();
    await later.password(lin);
    await later.otp(lin);
    expect(await later.claims()).toMatchObject({ acr: MFA });
  });

  test('the e-mail address is as good as the username, in any spelling', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.submit({ username: ' Sam@ACME.example ', password: sam.password });
    expect(await visitor.heading()).toBe('Set up an authenticator app');
    expect(await visitor.text()).toContain('sam');
  });

  test('a wrong code of a new app turns nothing on, and the key stays the one that was scanned', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.password(sam);
    const key = () => visitor.page.locator('[data-secret]').getAttribute('data-secret');
    const before = await key();
    await visitor.submit({ otp: '12345' });
    expect(await visitor.alert()).toContain('A code has 6 digits.');
    await visitor.submit({ label: 'My tablet', otp: '000000' });
    expect(await visitor.alert()).toContain('This code is not right');
    expect(await visitor.page.locator('input[name=label]').inputValue()).toBe('My tablet');
    expect(await key()).toBe(before);
  });

  test('the codes can be kept as a text file and on the clipboard: all of them, with what is needed to use them', async () => {
    const visitor = await product().visitor({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = visitor;
    await visitor.begin();
    await visitor.password(sam);
    await visitor.enrol(sam);
    const codes = await visitor.codes();
    const started = page.waitForEvent('download');
    await page.locator('a[download]').click();
    const download = await started;
    expect(download.suggestedFilename()).toMatch(/^backup-codes-demo-\d{4}-\d\d-\d\d\.txt$/);
    const file = await text(await download.createReadStream());
    for (const part of [...codes, 'Acme', 'sam', product().accountUrl]) expect(file).toContain(part);
    await page.locator('button[data-copy]').click();
    await page.locator('button[data-copy]', { hasText: 'Copied' }).waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(String(copied).trim().split(/\s+/)).toEqual(codes);
  });

  test('codes that were not saved can be made anew, and those shown before confirm nothing', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.password(sam);
    await visitor.otp(sam);
    const [shown = ''] = await visitor.codes();
    await visitor.submit({ confirm_code: 'no idea' });
    expect(await visitor.heading()).toBe('Confirm your backup codes');
    expect(await visitor.alert()).toContain('A backup code looks like');
    expect(await visitor.codes()).toEqual([]);
    await visitor.press('try:new_codes');
    const next = await visitor.codes();
    expect(next).not.toContain(shown);
    await visitor.submit({ confirm_code: shown });
    expect(await visitor.alert()).toContain('This is not one of your new codes.');
    await visitor.submit({ confirm_code: next[3]?.toLowerCase().replace('-', ' ') ?? '' });
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
  });
});
