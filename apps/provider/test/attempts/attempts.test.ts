import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, race, type TestDatabase } from '@sparekey/testing';
import { type Acme, createAcme, type Person } from '../../src/testing/acme.ts';
import { attemptEvents } from '../../src/testing/attempt-events.ts';
import { type ProductInProcess, startProduct } from '../../src/testing/product.ts';
import { type Page, Visitor } from '../../src/testing/visitor.ts';

let database: TestDatabase;
let acme: Acme;
let product: ProductInProcess;
let known: Person;
let disabled: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  const masterKey = randomBytes(32);
  acme = await createAcme(database.url, masterKey, { lockout: { networkFailuresPerHour: 100_000 } });
  product = await startProduct(database.url, masterKey);
  known = await acme.person();
  disabled = await acme.person({ enabled: false });
});
afterAll(async () => {
  await product.close();
  await acme.close();
  await database.drop();
});

async function atFirstPage(): Promise<Visitor> {
  const visitor = new Visitor(product);
  await visitor.begin();
  return visitor;
}

test.each([
  ['the right password', () => ({ username: known.username, password: known.password }), 1],
  ['a wrong password', () => ({ username: known.username, password: 'wrong' }), 1],
  ['a name that nobody has', () => ({ username: 'nobody', password: known.password }), 1],
  ['the right password of a disabled person', () => ({ username: disabled.username, password: disabled.password }), 1],
  ['a wrong password of a disabled person', () => ({ username: disabled.username, password: 'wrong' }), 1],
  ['no password', () => ({ username: known.username, password: '' }), 0],
  ['a password longer than any', () => ({ username: known.username, password: 'x'.repeat(1025) }), 0],
] as const)('%s costs its fixed number of slow hashes', async (_, fields, cost) => {
  const visitor = await atFirstPage();
  expect(await product.evaluationsOf(() => visitor.post(fields()))).toBe(cost);
});

/** A sign-in of a new person that waits for a backup code. */
async function atRecovery(): Promise<{ person: Person; visitor: Visitor }> {
  const person = await acme.person();
  const visitor = new Visitor(product);
  expect((await visitor.lostDevice(person)).step).toBe('recovery');
  return { person, visitor };
}

async function expire({ id }: Person): Promise<void> {
  await acme.storage.database.count({
    name: 'test_expire',
    text: `update backup_code_set set expires_at = now() - interval '1 second' where user_id = $1 and state = 'active'`,
    values: [id],
  });
}

test.each<[string, (person: Person) => Promise<string> | string, number, number]>([
  ['right', ({ codes }) => codes[1] ?? '', 1, 303],
  ['wrong', () => 'ABCD-EFGH', 1, 422],
  ['of somebody else', () => known.codes[0] ?? '', 1, 422],
  [
    'used before',
    async (person) => {
      const visitor = new Visitor(product);
      await visitor.lostDevice(person);
      expect((await visitor.post({ backup_code: person.codes[2] ?? '' })).status).toBe(303);
      return person.codes[2] ?? '';
    },
    1,
    422,
  ],
  [
    'expired',
    async (person) => {
      await expire(person);
      return person.codes[3] ?? '';
    },
    1,
    422,
  ],
  [
    'of a set that was replaced',
    async (person) => {
      const [old = ''] = person.codes;
      await acme.freshCodes(person);
      return old;
    },
    1,
    422,
  ],
  ['too short', ({ codes }) => (codes[0] ?? '').slice(0, -1), 0, 422],
  ['too long', ({ codes }) => `${codes[0]}A`, 0, 422],
  ['with letters that no code has', () => 'ABCD-EFG0', 0, 422],
  ['empty', () => ' ', 0, 422],
])('a backup code that is %s costs its fixed number of slow hashes', async (_, codeOf, cost, status) => {
  const { person, visitor } = await atRecovery();
  const code = await codeOf(person);
  let answer: Page | undefined;
  const work = async () => {
    answer = await visitor.post({ backup_code: code });
  };
  expect([await product.evaluationsOf(work), answer?.status]).toEqual([cost, status]);
});

test('a sign-in form posted many times at once with the right password moves once, and every evaluation has its event', async () => {
  const person = await acme.person();
  const visitor = await atFirstPage();
  const evaluations = await product.evaluationsOf(async () => {
    const { fulfilled } = await race(4, () => visitor.post({ username: person.username, password: person.password }));
    expect(fulfilled.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
  });
  const events = await attemptEvents(acme.storage, person.id, 'password');
  expect(events.accepted).toBe(1);
  expect(events.accepted + events.failed).toBe(evaluations);
  expect((await visitor.reload()).step).toBe('factor');
});

/** The length follows the name, which the form shows again; the page itself is compared without it. */
const varying = new Set(['x-request-id', 'retry-after', 'content-length']);

/** A page without what differs from request to request and from name to name, and the names of its headers. */
function masked(page: Page, username: string): object {
  const html = page.html
    .replaceAll(page.csrf, '(csrf)')
    .replaceAll(username, '(name)')
    .replace(/\/sign-in\/[\w-]+/g, '/sign-in/(uid)')
    .replace(/(challenge&quot;:&quot;)[\w-]{43}/, '$1(challenge)')
    .replace(/\b\d+ seconds\b/g, '(wait)');
  const headers = [...page.headers.entries()]
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => [name, varying.has(name) ? '(varies)' : value]);
  return { status: page.status, headers, html };
}

async function answerTo(username: string, password: string): Promise<object> {
  const visitor = await atFirstPage();
  return masked(await visitor.submit({ username, password }), username);
}

test('nobody learns from the sign-in page whether a name exists, is disabled or has which password', async () => {
  const someone = await acme.person();
  const off = await acme.person({ enabled: false });
  const unknown = await answerTo('person-nobody', 'wrong');
  expect(unknown).toMatchObject({ status: 422 });
  expect(await answerTo(someone.username, 'wrong')).toEqual(unknown);
  expect(await answerTo(someone.email, 'wrong')).toEqual(unknown);
  expect(await answerTo(off.username, 'wrong')).toEqual(unknown);
  expect(await answerTo(off.username, off.password)).toEqual(unknown);
});

test('nor from an empty password', async () => {
  const unknown = await answerTo('person-nobody', '');
  expect(unknown).toMatchObject({ status: 422 });
  expect(await answerTo(known.username, '')).toEqual(unknown);
  expect(await answerTo(disabled.username, '')).toEqual(unknown);
});

test('nor from the limit: known, unknown and disabled names wait after the same failure, and are told the same', async () => {
  const someone = await acme.person();
  const off = await acme.person({ enabled: false });
  const told: object[] = [];
  for (const name of ['person-no-one', someone.username, off.username]) {
    const answers: object[] = [];
    for (let failure = 1; failure <= 6; failure += 1) answers.push(await answerTo(name, 'wrong'));
    told.push(answers);
  }
  expect(told[0]).toMatchObject([422, 422, 422, 422, 429, 429].map((status) => ({ status })));
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
  // The right password waits as well, and is not told from a wrong one.
  expect(await answerTo(someone.username, someone.password)).toEqual(await answerTo('person-no-one', 'wrong'));
});
