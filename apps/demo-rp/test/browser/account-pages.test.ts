import { expect, test } from '@jest/globals';
import { Keyboard } from './keyboard.ts';
import type { Person } from './people.ts';
import { useProduct } from './product.ts';
import type { Visitor } from './visitor.ts';

// What a person does with their own security, by the keyboard alone. Each page is looked at with axe when it first comes.

const product = useProduct({
  people: { mia: 'imported', leo: 'imported', noa: 'newcomer', eva: 'newcomer', ben: 'newcomer' },
  realm: (file) => {
    file.sparekey = {
      policy: {
        secondFactor: { required: 'optional' },
        trustedDevices: { days: 30 },
        account: { deletion: true },
      },
    };
  },
});

const english = { locale: 'en-GB' } as const;
const italian = { locale: 'it-IT', colorScheme: 'dark' } as const;

interface AtAccount {
  person: Person;
  visitor: Visitor;
  keyboard: Keyboard;
}

/** At the account page after a sign-in there. */
async function atAccount(username: string, how: typeof english | typeof italian): Promise<AtAccount> {
  const person = product().person(username);
  const visitor = await product().visitor(how);
  const keyboard = new Keyboard(visitor);
  await visitor.account();
  await prove({ person, visitor, keyboard });
  return { person, visitor, keyboard };
}

async function prove({ person, visitor, keyboard }: AtAccount, trust = false): Promise<void> {
  await keyboard.type('input[name=username]', person.username);
  await keyboard.type('input[name=password]', person.password);
  await keyboard.enter();
  if (await visitor.asks('otp')) {
    const code = await product().past.freshCode(person);
    if (trust) {
      await keyboard.reach('input[name=trust]');
      await visitor.page.keyboard.press('Space');
      await visitor.page.locator('input[name=otp]').focus();
    }
    await keyboard.type('input[name=otp]', code);
    await keyboard.enter();
  }
  if (await visitor.asks('confirm_code')) await confirm({ visitor, keyboard });
}

async function confirm({ visitor, keyboard }: Pick<AtAccount, 'visitor' | 'keyboard'>): Promise<void> {
  const [code = ''] = await visitor.codes();
  await keyboard.type('input[name=confirm_code]', code);
  await keyboard.enter();
}

const notice = (visitor: Visitor) => visitor.page.locator('[role=status].notice').innerText();

test('codes: how they stand and where they were used is read, and a new set is made and confirmed', async () => {
  const { visitor, keyboard } = await atAccount('mia', english);
  await keyboard.press('a[href$="/backup-codes/used"]');
  expect(await visitor.heading()).toBe('Your backup codes');
  expect(await visitor.text()).toMatch(/10 of 10 left[\s\S]*None of these codes was used yet/);
  await keyboard.press('main a[href$="/backup-codes"]');
  await keyboard.press('main button[value=continue]');
  const [code = ''] = await visitor.codes();
  await keyboard.type('input[name=confirm_code]', 'AAAA-AAAA');
  await keyboard.enter();
  expect(await visitor.page.locator(':focus').getAttribute('role')).toBe('alert');
  await visitor.page.locator('input[name=confirm_code]').fill('');
  await keyboard.type('input[name=confirm_code]', code);
  await keyboard.enter();
  expect(await notice(visitor)).toBe('Your new backup codes are ready. The old ones no longer work.');
});

test('trusted browsers: a browser is trusted, named with its end, and forgotten; then the second step is asked again', async () => {
  const at = await atAccount('leo', italian);
  const { visitor, keyboard } = at;
  await visitor.endSessions();
  await visitor.account();
  await prove(at, true);
  expect(await visitor.text()).toMatch(/Browser fidati[\s\S]*nessun secondo passaggio fino al/);
  await keyboard.press('button[value^="forget:"]');
  expect(await notice(visitor)).toContain('secondo passaggio');
  expect(await visitor.text()).not.toContain('Browser fidati');
  await visitor.endSessions();
  await visitor.account();
  await keyboard.type('input[name=username]', at.person.username);
  await keyboard.type('input[name=password]', at.person.password);
  await keyboard.enter();
  expect(await visitor.asks('otp')).toBe(true);
});

test('sessions and activity: another browser is signed out from the list, the rest from beside what looks strange', async () => {
  const [first, second] = [await atAccount('noa', english), await atAccount('noa', italian)];
  const { visitor, keyboard } = await atAccount('noa', english);
  const others = 'li.row:not(:has(.tag)) button[value^="end:"]';
  expect(await visitor.page.locator(others).count()).toBe(2);
  expect(await visitor.page.locator(others).first().getAttribute('aria-label')).toMatch(/^Sign out Chrome/);
  await keyboard.press(others);
  expect(await notice(visitor)).toBe('That device is signed out.');
  expect(await visitor.page.locator(others).count()).toBe(1);

  await keyboard.press('a[href$="/activity"]');
  expect(await visitor.heading()).toBe('Activity');
  expect(await visitor.text()).toMatch(/Signed out[\s\S]*Signed in/);
  await keyboard.press('button[value="end:others"]');
  expect(await notice(visitor)).toBe('All other devices are signed out.');
  for (const away of [first, second]) {
    await away.visitor.reload();
    expect(await away.visitor.asks('username')).toBe(true);
  }
});

test('applications: what was allowed is named, and an application that was disconnected has to ask again', async () => {
  const { visitor, keyboard } = await atAccount('eva', italian);
  await visitor.begin('wiki');
  await keyboard.press('button[value=allow]');
  await visitor.account('');
  await keyboard.press('a[href$="/applications"]');
  expect(await visitor.heading()).toBe('Applicazioni collegate');
  expect(await visitor.text()).toContain('Wiki');
  await keyboard.press('button[value^="disconnect:"]');
  expect(await visitor.text()).toContain('Nessuna applicazione');
  await visitor.beginWith({}, 'wiki');
  expect(await visitor.heading()).toBe('Vuoi autorizzare Wiki?');
});

test('deletion: takes the username, typed, and leaves nothing to sign in to', async () => {
  const { visitor, keyboard, person } = await atAccount('ben', english);
  await keyboard.press('a[href$="/delete"]');
  expect(await visitor.heading()).toBe('Delete your account');
  await keyboard.type('input[name=username]', 'somebody else');
  await keyboard.enter();
  expect(await visitor.page.locator(':focus').getAttribute('role')).toBe('alert');
  await visitor.page.locator('input[name=username]').fill('');
  await keyboard.type('input[name=username]', person.username);
  await keyboard.enter();
  expect(await visitor.heading()).toBe('Your account is deleted');
  await visitor.account();
  await keyboard.type('input[name=username]', person.username);
  await keyboard.type('input[name=password]', person.password);
  await keyboard.enter();
  expect(await visitor.page.locator('[role=alert]').innerText()).toContain('do not match');
});

test.each([
  { ...english, lang: 'en', other: 'it' },
  { ...italian, lang: 'it', other: 'en' },
])(
  'every page of the account speaks $lang, says so, and changes to $other where the person wants it',
  async ({ lang, other, ...how }) => {
    const { visitor } = await atAccount('mia', how as typeof english);
    const spoken = () => visitor.page.locator('html').getAttribute('lang');
    const headings = new Set<string>();
    const pages = ['', '/profile', '/password', '/backup-codes', '/backup-codes/used', '/activity', '/applications'];
    for (const path of [...pages, '/authenticators/new', '/passkeys/new', '/delete']) {
      await visitor.account(path);
      expect([path, await spoken()]).toEqual([path, lang]);
      headings.add(await visitor.heading());
    }
    expect(headings.size).toBe(pages.length + 3);
    await visitor.follow(`a[hreflang=${other}]`);
    expect(headings).not.toContain(await visitor.heading());
    expect(await spoken()).toBe(other);
  },
);
