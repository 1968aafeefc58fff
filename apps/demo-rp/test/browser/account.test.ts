import { describe, expect, test } from '@jest/globals';
import type { Person } from './people.ts';
import { useProduct } from './product.ts';
import type { Visitor } from './visitor.ts';

const MFA = 'urn:sparekey:acr:mfa';

const product = useProduct({
  people: {
    mia: 'imported',
    noa: 'imported',
    leo: 'imported',
    eva: 'imported',
    ben: 'imported',
    tom: 'imported',
    kim: 'imported',
  },
});

/** At the account page, signed in there just now. */
async function atHome(username: string): Promise<{ person: Person; visitor: Visitor; codes: string[] }> {
  const person = product().person(username);
  const visitor = await product().visitor();
  await visitor.account();
  expect(await visitor.text()).toContain('to open your account');
  const codes = await visitor.prove(person);
  expect(await visitor.heading()).toBe('Your account');
  return { person, visitor, codes };
}

const notice = (visitor: Visitor) => visitor.page.locator('[role=status].notice').innerText();

describe('the account page', () => {
  test('shows at one glance the ways back in, the codes left, and where the person is signed in', async () => {
    const { visitor, person, codes } = await atHome('mia');
    const text = await visitor.text();
    expect(text).toContain('Ways back in: 3 of 3');
    expect(text).toContain('10 of 10 left');
    expect(text).toContain('Phone');
    expect(text).toContain('This device');
    expect(text).toContain('mia@acme.example');
    const other = await product().visitor();
    await other.recover(person, codes[1] ?? '');
    await visitor.reload();
    expect(await visitor.text()).toContain('9 of 10 left');
  });

  test('new codes take a fresh proof; the old ones work until one of the new was typed back, and not after', async () => {
    const { visitor, person, codes } = await atHome('noa');
    await product().past.ageSessions(person, 3600);
    await visitor.follow('a[href$="/backup-codes"]');
    expect(await visitor.heading()).toBe('Confirm that it is you');
    await visitor.submit({ password: person.password });
    await visitor.otp(person);
    expect(await visitor.heading()).toBe('Make new backup codes');
    expect(await visitor.text()).toContain('Your 10 old codes stop working once you have confirmed the new ones.');
    await visitor.submit();
    const fresh = await visitor.codes();
    expect(fresh).toHaveLength(10);

    const before = await product().visitor();
    await before.recover(person, fresh[1] ?? '');
    expect(await before.alert()).toContain('This code cannot be used.');
    await before.submit({ backup_code: codes[1] ?? '' });
    expect(await before.text()).toContain('9 codes left.');

    await visitor.submit({ confirm_code: codes[2] ?? '' });
    expect(await visitor.alert()).toContain('This is not one of your new codes.');
    await visitor.submit({ confirm_code: fresh[0] ?? '' });
    expect(await notice(visitor)).toBe('Your new backup codes are ready. The old ones no longer work.');
    const after = await product().visitor();
    await after.recover(person, codes[2] ?? '');
    expect(await after.alert()).toContain('This code cannot be used.');
    await after.submit({ backup_code: fresh[1] ?? '' });
    expect(await after.text()).toContain('9 codes left.');
  });

  test('a session that came in by a backup code may replace the device, and change nothing else', async () => {
    const { person, codes } = await atHome('leo');
    const visitor = await product().visitor();
    await visitor.recover(person, codes[1] ?? '');
    await visitor.press('later');
    for (const path of ['/backup-codes', '/password', '/profile']) {
      await visitor.account(path);
      expect(await visitor.heading()).toBe('Enter your code');
    }
    await visitor.account('/authenticators/new');
    expect(await visitor.heading()).toBe('Add an authenticator app');
    await visitor.enrol(person, 'Pixel 10');
    expect(await notice(visitor)).toBe('Your authenticator app is ready.');
    expect(await visitor.text()).toContain('Pixel 10');
  });

  test('a new password ends every other session; the old one opens nothing', async () => {
    const { visitor, person } = await atHome('eva');
    const away = await product().visitor();
    await away.signIn(person);
    await visitor.follow('a[href$="/password"]');
    await visitor.submit({ new_password: 'short', new_password_again: 'short' });
    expect(await visitor.alert()).toContain('Use at least 8 characters.');
    await visitor.submit({ new_password: 'a-longer-one', new_password_again: 'another-one' });
    expect(await visitor.alert()).toContain('The two new passwords differ.');
    await visitor.submit({ new_password: person.password, new_password_again: person.password });
    expect(await visitor.alert()).toContain('This password is too close to your name or address.');
    const wanted = 'correct horse battery';
    await visitor.submit({ new_password: wanted, new_password_again: wanted });
    expect(await notice(visitor)).toBe('Your password is changed.');

    await away.beginWith({ prompt: 'none' });
    expect(away.page.url()).toContain('error=login_required');
    // Not by the application's own page: it may not have heard of the end of the session yet.
    await away.beginWith({});
    await away.password(person);
    expect(await away.alert()).toContain('Username and password do not match.');
    await away.password({ ...person, password: wanted });
    expect(await away.heading()).toBe('Enter your code');
  });

  test('a second authenticator app works beside the first, and neither works once it is removed', async () => {
    const { visitor, person } = await atHome('ben');
    const { app: phone } = person;
    await visitor.follow('a[href$="/authenticators/new"]');
    await visitor.enrol(person, 'Tablet');
    expect(await notice(visitor)).toBe('Your authenticator app is ready.');
    await visitor.follow('a[aria-label="Remove Phone"]');
    expect(await visitor.heading()).toBe('Remove Phone');
    await visitor.submit();
    expect(await notice(visitor)).toBe('The authenticator app is removed.');

    const next = await product().visitor();
    await next.begin();
    await next.password(person);
    await next.submit({ otp: phone?.code() ?? '' });
    expect(await next.alert()).toContain('This code is not right');
    await next.otp(person);
    expect(await next.claims()).toMatchObject({ acr: MFA });
  });

  test('the last authenticator app stays where a second step is required, and so do the backup codes', async () => {
    const { visitor } = await atHome('tom');
    await visitor.follow('a[aria-label="Remove Phone"]');
    expect(await visitor.text()).toContain('It is your only one, and a second step is required here.');
    expect(await visitor.has('button[value=continue]')).toBe(false);
  });

  test('the profile is the person’s own to change; the applications see it at the next sign-in', async () => {
    const { visitor } = await atHome('kim');
    await visitor.follow('a[href$="/profile"]');
    await visitor.submit({ email: 'kim@' });
    expect(await visitor.alert()).toContain('This email address is not complete.');
    await visitor.submit({ email: 'MIA@acme.example' });
    expect(await visitor.heading()).toBe('Edit your profile');
    expect(await visitor.alert()).not.toContain('account');
    await visitor.submit({ first_name: 'Kim <b>', last_name: 'O’Neill', email: 'kim.oneill@acme.example' });
    expect(await notice(visitor)).toBe('Your profile is saved.');
    expect(await visitor.text()).toContain('Kim <b> O’Neill');
    await visitor.begin();
    expect(await visitor.claims()).toMatchObject({
      all: { email: 'kim.oneill@acme.example', email_verified: 'false', given_name: 'Kim <b>' },
    });
  });
});
