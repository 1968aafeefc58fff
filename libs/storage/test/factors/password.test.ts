import { type FactorsOnPostgres, factorsOnPostgres } from './fixture.ts';

let here: FactorsOnPostgres;

beforeAll(async () => {
  here = await factorsOnPostgres();
});

afterAll(() => here.close());

/** PBKDF2-SHA-256, 27 500 rounds, of "pässwörd": as imported from Keycloak. */
const IMPORTED =
  '$pbkdf2-sha256$i=27500$AAECAwQFBgcICQoLDA0ODw$mUZN+YMEFDofmQ/jrz7wW+Zs0+IHT005hg1FSbZ1DW30pEV8DxS12TAgiT+a05loukBPXvZ1VbOAdNCn2eaVrg';

async function personWith(phc: string) {
  const person = await here.person();
  await here.storage.stores.passwords.set(person.realmId, person.userId, phc);
  return person;
}

test('the right password is accepted and its use is noted; any other is wrong', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  const id = await factors.password.set(storage.stores, person.realmId, person.userId, 'correct horse');
  expect(await factors.password.check(storage.stores, person, 'Correct horse')).toEqual({
    matched: false,
    reason: 'wrong',
  });

  const check = await factors.password.check(storage.stores, person, 'correct horse');
  expect(check).toMatchObject({ matched: true });
  expect(check.matched && (await storage.transaction((stores) => check.spend(stores)))).toEqual({
    accepted: true,
    authenticatorId: id,
  });
  const [authenticator] = await factors.password.authenticators(storage.stores, person.realmId, person.userId);
  expect(authenticator).toMatchObject({ id, kind: 'password', lastUsedAt: expect.any(Date) });
});

test('an attempt costs one evaluation whoever it is for and however it ends; malformed input costs none', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  await factors.password.set(storage.stores, person.realmId, person.userId, 'right');
  const without = await here.person();
  const check = (subject: Parameters<typeof factors.password.check>[1], input: string) =>
    here.evaluationsOf(() => factors.password.check(storage.stores, subject, input));
  expect(await check(person, 'right')).toBe(1);
  expect(await check(person, 'wrong')).toBe(1);
  expect(await check(without, 'right')).toBe(1);
  expect(await check(here.nobody(), 'right')).toBe(1);
  for (const malformed of ['', 'x'.repeat(1025), 'é'.repeat(513), 'a\ud800'])
    expect(await check(person, malformed)).toBe(0);
});

test('people without a password and names that nobody has are refused alike', async () => {
  const { factors, storage } = here;
  const refused = { matched: false, reason: 'none_enrolled' };
  expect(await factors.password.check(storage.stores, await here.person(), 'x')).toEqual(refused);
  expect(await factors.password.check(storage.stores, here.nobody(), 'x')).toEqual(refused);
});

test('an imported hash signs in and is renewed once the sign-in counts, with both schemes named', async () => {
  const { factors, storage } = here;
  const person = await personWith(IMPORTED);
  const check = await factors.password.check(storage.stores, person, 'pässwörd');
  expect((await storage.stores.passwords.get(person.realmId, person.userId))?.phc).toBe(IMPORTED);
  expect(check.matched && (await storage.transaction((stores) => check.spend(stores)))).toMatchObject({
    accepted: true,
    upgraded: { from: 'pbkdf2-sha256', to: 'argon2id' },
  });
  const renewed = await storage.stores.passwords.get(person.realmId, person.userId);
  expect(renewed?.phc).toMatch(/^\$argon2id\$/);
  const again = await factors.password.check(storage.stores, person, 'pässwörd');
  expect(again.matched && (await again.spend(storage.stores))).not.toHaveProperty('upgraded');
  expect(await factors.password.check(storage.stores, person, 'passwörd')).toMatchObject({ reason: 'wrong' });
});

test('a renewal never undoes a password changed meanwhile', async () => {
  const { factors, storage } = here;
  const person = await personWith(IMPORTED);
  const check = await factors.password.check(storage.stores, person, 'pässwörd');
  await factors.password.set(storage.stores, person.realmId, person.userId, 'changed');
  const verdict = check.matched ? await check.spend(storage.stores) : undefined;
  expect(verdict).not.toHaveProperty('upgraded');
  expect(await factors.password.check(storage.stores, person, 'changed')).toMatchObject({ matched: true });
});

test('a password is verified as received: no trimming, folding or composing', async () => {
  const { factors, storage } = here;
  const person = await here.person();
  const password = ' P\u0061\u0301ss ';
  await factors.password.set(storage.stores, person.realmId, person.userId, password);
  expect(await factors.password.check(storage.stores, person, password)).toMatchObject({ matched: true });
  for (const other of [password.trim(), password.normalize('NFC'), password.toLowerCase()]) {
    expect(await factors.password.check(storage.stores, person, other)).toMatchObject({ reason: 'wrong' });
  }
});

test('an empty or too long password cannot be set; 1024 bytes can, and the last one counts', async () => {
  const { factors, storage } = here;
  const { realmId, userId } = await here.person();
  for (const refused of ['', 'x'.repeat(1025)]) {
    await expect(factors.password.set(storage.stores, realmId, userId, refused)).rejects.toMatchObject({
      code: 'validation_failed',
    });
  }
  await factors.password.set(storage.stores, realmId, userId, `${'x'.repeat(1023)}y`);
  const check = (input: string) =>
    factors.password.check(storage.stores, { realmId, userId, policy: here.policy }, input);
  expect(await check(`${'x'.repeat(1023)}y`)).toMatchObject({ matched: true });
  expect(await check(`${'x'.repeat(1023)}z`)).toMatchObject({ reason: 'wrong' });
});
