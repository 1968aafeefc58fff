import { describe, expect, test } from '@jest/globals';
import { useProduct } from './product.ts';
import type { Visitor } from './visitor.ts';

const ONE = 'urn:sparekey:acr:1fa';
const MFA = 'urn:sparekey:acr:mfa';

const product = useProduct({
  people: { mia: 'newcomer', noa: 'newcomer', leo: 'newcomer', eva: 'newcomer', ben: 'newcomer', tom: 'newcomer' },
  // The second factor is the person's or the application's choice here, so that there is something to step up from.
  realm: (file) => {
    file.sparekey = { policy: { secondFactor: { required: 'optional' } } };
  },
});

const at = (application: string) => `${product().applicationUrl}/${application}`;

async function signedIn(username: string, application: 'payroll' | 'wiki' = 'payroll'): Promise<Visitor> {
  const visitor = await product().visitor();
  await visitor.signIn(product().person(username), application);
  return visitor;
}

/** Looks at the application until it no longer knows the person; the message comes through the provisioner. */
async function signedOutByMessage(visitor: Visitor, application = 'payroll'): Promise<boolean> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; ) {
    await visitor.goto(at(application));
    if ((await visitor.claims()) === undefined) return true;
  }
  return false;
}

describe('consent', () => {
  test('an application that needs it names what it would see; denied, it learns nothing but the denial', async () => {
    const visitor = await signedIn('mia', 'wiki');
    expect(await visitor.heading()).toBe('Allow Wiki?');
    expect(await visitor.text()).toContain('see your email address');
    await visitor.press('deny');
    expect(visitor.page.url()).toContain('error=access_denied');
    expect(await visitor.heading()).toBe('You did not sign in');
    expect(await visitor.claims()).toBeUndefined();
  });

  test('an application sees how somebody signs in only when they allow it, in plain words', async () => {
    const visitor = await signedIn('eva', 'wiki');
    await visitor.press('allow');
    expect(await visitor.has('#security')).toBe(false);
    await visitor.follow('a[href$="/security"]');
    expect(await visitor.heading()).toBe('Allow Wiki?');
    expect(await visitor.text()).toContain('see and change how you sign in');
    await visitor.press('allow');
    expect(await visitor.page.locator('#security').innerText()).toMatch(/Password[\s\S]*Backup codes\s+none/);
  });

  test('allowed once it is remembered, in every browser of the person, until the application asks anew', async () => {
    const first = await signedIn('noa', 'wiki');
    await first.press('allow');
    expect(await first.claims()).toMatchObject({ all: { email: 'noa@acme.example' } });
    const second = await signedIn('noa', 'wiki');
    expect(await second.claims()).toMatchObject({ acr: ONE });
    await second.beginWith({ prompt: 'consent' }, 'wiki');
    expect(await second.heading()).toBe('Allow Wiki?');
    await second.press('allow');
    expect(await second.claims()).toBeDefined();
  });
});

describe('single sign-on', () => {
  test('the second application gets the same person without a single page', async () => {
    const visitor = await signedIn('noa');
    const payroll = await visitor.claims();
    await visitor.begin('wiki');
    const wiki = await visitor.claims();
    expect(wiki?.all).toMatchObject({ sub: payroll?.all.sub, auth_time: payroll?.all.auth_time });
  });

  test('prompt=none tells an application that nobody is signed in, and shows no page', async () => {
    const visitor = await product().visitor();
    await visitor.beginWith({ prompt: 'none' });
    expect(visitor.page.url()).toContain('error=login_required');
  });

  test('cancel leads back to the application, as a denial', async () => {
    const visitor = await product().visitor();
    await visitor.begin();
    await visitor.press('cancel');
    expect(visitor.page.url()).toContain('error=access_denied');
    expect(await visitor.heading()).toBe('You did not sign in');
  });
});

describe('an application that asks for more', () => {
  test('acr_values take a password session up to mfa: password again, a new app, new codes; once is enough', async () => {
    const person = product().person('leo');
    const visitor = await signedIn('leo');
    expect(await visitor.claims()).toMatchObject({ acr: ONE, amr: ['pwd'] });
    await visitor.follow('a[href$="/step-up"]');
    expect(await visitor.heading()).toBe('Confirm that it is you');
    await visitor.submit({ password: person.password });
    expect(await visitor.heading()).toBe('Set up an authenticator app');
    await visitor.enrol(person);
    expect(await visitor.saveCodes()).toHaveLength(10);
    expect(await visitor.claims()).toMatchObject({ acr: MFA, amr: ['mfa', 'otp', 'pwd'] });
    await visitor.follow('a[href$="/step-up"]');
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
  });

  test('max_age=0 and prompt=login ask the same person for the proofs again; the application sees the later time', async () => {
    const person = product().person('leo');
    const visitor = await signedIn('leo');
    await product().past.ageSessions(person, 60);
    const before = Number((await visitor.claims())?.all.auth_time);
    await visitor.follow('a[href$="/fresh"]');
    expect(await visitor.heading()).toBe('Confirm that it is you');
    expect(await visitor.text()).toContain('leo');
    await visitor.prove(person);
    expect(Number((await visitor.claims())?.all.auth_time)).toBeGreaterThan(before - 60);
    await visitor.beginWith({ prompt: 'login' });
    expect(await visitor.heading()).toBe('Confirm that it is you');
    await visitor.submit({ password: 'wrong' });
    expect(await visitor.alert()).toContain('This password is not right.');
    await visitor.prove(person);
    expect(await visitor.claims()).toMatchObject({ acr: MFA });
  });

  test('someone else at the same browser signs in as themselves, and inherits nothing', async () => {
    const visitor = await signedIn('leo');
    await visitor.beginWith({ prompt: 'login' });
    await visitor.press('not_me');
    expect(await visitor.heading()).toBe('Sign in');
    await visitor.password(product().person('eva'));
    expect(await visitor.claims()).toMatchObject({ acr: ONE, amr: ['pwd'], all: { preferred_username: 'eva' } });
  });
});

describe('signing out', () => {
  test('from an application the session ends everywhere in this browser, the other application is told, the next sign-in asks', async () => {
    const visitor = await signedIn('noa');
    await visitor.begin('wiki');
    expect(await visitor.claims()).toBeDefined();
    await visitor.goto(at('payroll'));
    await visitor.follow('form[action$="/sign-out"] button');
    expect(visitor.page.url()).toBe(at('payroll'));
    expect(await signedOutByMessage(visitor, 'wiki')).toBe(true);
    await visitor.begin();
    expect(await visitor.heading()).toBe('Sign in');
  });

  test('everywhere, from the account page: the applications in other browsers are signed out by a message', async () => {
    const away = await signedIn('ben');
    const here = await signedIn('ben');
    await here.account();
    expect(await here.page.locator('li.row button[value^="end:"]').count()).toBe(2);
    await here.press('end:all');
    expect(await here.heading()).toBe('You are signed out');
    expect(await signedOutByMessage(away)).toBe(true);
    await away.begin();
    expect(await away.heading()).toBe('Sign in');
    await here.account();
    expect(await here.heading()).toBe('Sign in');
  });

  test('one other device, from the account page: this one stays', async () => {
    const away = await signedIn('tom');
    const here = await signedIn('tom');
    await here.account();
    const other = here.page.locator('li.row:not(:has(.tag)) button[value^="end:"]');
    await here.leads(() => other.click());
    expect(await here.page.locator('[role=status]').innerText()).toBe('That device is signed out.');
    expect(await signedOutByMessage(away)).toBe(true);
    await here.beginWith({ prompt: 'none' });
    expect(await here.claims()).toBeDefined();
  });
});
