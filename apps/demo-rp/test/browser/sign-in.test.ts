import { describe, expect, test } from '@jest/globals';
import { demoPerson } from './people.ts';
import { useProduct } from './product.ts';

const product = useProduct();

const MFA = 'urn:sparekey:acr:mfa';

describe('the demo realm as npm start brings it', () => {
  const ada = demoPerson('ada');
  const lin = demoPerson('lin');

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
});
