import { describe, expect, test } from '@jest/globals';
import type { Person } from './people.ts';
import { useProduct } from './product.ts';
import type { Visitor } from './visitor.ts';

const product = useProduct({
  people: { mia: 'imported', noa: 'imported', leo: 'imported' },
  // A wait that no slow machine outlasts.
  realm: (file) => {
    const limit = { firstWaitSeconds: 600 };
    const lockout = { password: limit, totp: limit, backup_code: limit };
    // Failures make a recovery look risky as well; here it is the counters alone that stop anybody.
    const recovery = { risk: { medium: 100, high: 100, failures: 100 } };
    file.sparekey = { policy: { secondFactor: { required: 'required' }, lockout, recovery } };
  },
});

/** What a page says, without the name that was typed. */
const words = async (visitor: Visitor) => `${await visitor.page.title()}\n${await visitor.text()}`;

async function fail(visitor: Visitor, fields: Record<string, string>, times: number): Promise<string[]> {
  const said: string[] = [];
  for (let time = 0; time < times; time += 1) {
    await visitor.submit(fields);
    said.push(await words(visitor));
  }
  return said;
}

async function atTheFactor(person: Person): Promise<Visitor> {
  const visitor = await product().visitor();
  await visitor.begin();
  await visitor.password(person);
  return visitor;
}

describe('too many wrong tries', () => {
  test('at the password: an honest wait in the same words for people who exist and who do not, whatever is typed then (H14)', async () => {
    const person = product().person('mia');
    const known = await product().visitor();
    await known.begin();
    const unknown = await product().visitor();
    await unknown.begin();
    const toKnown = await fail(known, { username: person.username, password: 'wrong' }, 5);
    const toUnknown = await fail(unknown, { username: 'nobody-at-all', password: 'wrong' }, 5);
    expect(toKnown).toEqual(toUnknown);
    expect(toKnown[0]).toContain('Username and password do not match.');
    expect(toKnown[4]).toContain('Too many tries.');

    const answered = known.page.waitForResponse((response) => response.request().method() === 'POST');
    await known.password(person);
    const response = await answered;
    expect(response.status()).toBe(429);
    expect(Number(response.headers()['retry-after'])).toBeGreaterThan(0);
    expect(await known.alert()).toBe('Too many tries. Try again in 10 minutes.');
    expect(await known.page.locator('input[name=username]').inputValue()).toBe(person.username);

    await product().past.endWaits();
    await known.password(person);
    expect(await known.heading()).toBe('Enter your code');
  });

  test('at the app: the sign-in starts anew, the password still opens its step, and a backup code still stands in', async () => {
    const person = product().person('noa');
    const first = await product().visitor();
    const codes = await first.signIn(person);

    const guesser = await atTheFactor(person);
    const said = await fail(guesser, { otp: person.app?.wrongCode() ?? '' }, 5);
    expect(said[3]).toContain('This code is not right');
    expect(await guesser.heading()).toBe('Too many tries');
    await guesser.follow('a.button');
    expect(await guesser.heading()).toBe('Sign in');

    const owner = await atTheFactor(person);
    expect(await owner.heading()).toBe('Enter your code');
    await owner.otp(person);
    expect(await owner.heading()).toBe('Too many tries');
    const rescued = await atTheFactor(person);
    await rescued.press('try:backup_code');
    await rescued.submit({ backup_code: codes[1] ?? '' });
    expect(await rescued.heading()).toBe('You used a backup code');
  });

  test('at the backup codes: tries left are told in time, the right code is refused too, and the app still works', async () => {
    const person = product().person('leo');
    const first = await product().visitor();
    const codes = await first.signIn(person);

    const guesser = await atTheFactor(person);
    await guesser.press('try:backup_code');
    const said = await fail(guesser, { backup_code: 'AAAA-AAAA' }, 5);
    expect(said[1]).not.toContain('left before you have to wait');
    expect(said[2]).toContain('2 tries left before you have to wait.');
    expect(said[3]).toContain('1 try left before you have to wait.');
    expect(await guesser.heading()).toBe('Too many tries');

    const owner = await atTheFactor(person);
    await owner.press('try:backup_code');
    await owner.submit({ backup_code: codes[1] ?? '' });
    expect(await owner.heading()).toBe('Too many tries');
    const withApp = await atTheFactor(person);
    await withApp.otp(person);
    expect(await withApp.claims()).toMatchObject({ acr: 'urn:sparekey:acr:mfa' });
    // A success elsewhere opens no lock of the codes …
    const still = await atTheFactor(person);
    await still.press('try:backup_code');
    await still.submit({ backup_code: codes[1] ?? '' });
    expect(await still.heading()).toBe('Too many tries');
    // … but the end of the wait does, and nothing was spent meanwhile.
    await product().past.endWaits();
    const patient = await atTheFactor(person);
    await patient.press('try:backup_code');
    await patient.submit({ backup_code: codes[1] ?? '' });
    expect(await patient.text()).toContain('9 codes left.');
  });
});
