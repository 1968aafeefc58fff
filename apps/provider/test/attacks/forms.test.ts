import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededBytes } from '@sparekey/testing';
import { type Sparekey, sparekey } from './sparekey.ts';
import { hiddenOf } from './sparekey-visitor.ts';
import type { Person, Screen, Target, Visitor } from './target.ts';

let running: Sparekey;
let target: Target;
beforeAll(async () => {
  running = await sparekey();
  target = running;
});
afterAll(() => running.close());

/** A person at each step of a sign-in at which something has to be proven. */
const steps: [string, Screen['asks'], (person: Person) => Promise<Visitor>][] = [
  [
    'the first page',
    'sign_in',
    async () => {
      const visitor = target.visitor();
      await visitor.begin();
      return visitor;
    },
  ],
  ['the second factor', 'totp', (person) => afterPassword(person)],
  [
    'a backup code',
    'backup_code',
    async (person) => {
      const visitor = await afterPassword(person);
      await visitor.another('backup_code');
      return visitor;
    },
  ],
];

async function afterPassword(person: Person): Promise<Visitor> {
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  return visitor;
}

/** Bodies that a form does not send: nothing, everything twice, fields of other steps, no proof. */
function bodiesAt({ html }: Screen, person: Person): string[] {
  const hidden = hiddenOf(html);
  const names = ['username', 'password', 'otp', 'backup_code', 'email_code', 'sms_code', 'webauthn', 'confirm_code'];
  const form = (fields: Record<string, string>) => new URLSearchParams({ ...hidden, ...fields }).toString();
  const empty = Object.fromEntries(names.map((name) => [name, '']));
  const blank = Object.fromEntries(names.map((name) => [name, ' ']));
  const known = { username: person.username };
  return [
    '',
    '&&&',
    'csrf',
    `csrf=${hidden.csrf}`,
    form({}),
    form({ action: 'continue' }),
    form({ ...empty, action: 'continue' }),
    form({ ...blank, ...known, action: 'continue' }),
    form({ ...empty, ...known, action: '' }),
    `${form({ ...known, action: 'continue' })}&step=done`,
    `${form({ action: 'continue', otp: '000000' })}&otp=111111`,
    form({ action: 'later' }),
    form({ action: 'done' }),
    form({ action: 'try:done' }),
    form({ action: '__proto__', __proto__: 'x', constructor: 'x' }),
    ...['done', 'consent', 'enrol', 'replenish', 'action', 'password', 'coolDown', 'mail'].flatMap((step) => [
      form({ step, ...known, action: 'continue' }),
      form({ step, ...known, action: 'later', decision: 'allow' }),
    ]),
    form({ proven: '{"proofs":["password","totp"]}', userId: '1', at: 'done', state: 'done', action: 'continue' }),
  ];
}

test.each(steps)(
  'H30: at %s no form that is empty, twofold, partial or of another step leads on (CVE-2026-49443)',
  async (_, asks, arrive) => {
    const person = await target.person();
    const visitor = await arrive(person);
    expect(visitor.screen.asks).toBe(asks);
    const { url } = visitor.screen;
    const ledOn: [string, number, string][] = [];
    for (const body of bodiesAt(visitor.screen, person)) {
      const response = await visitor.browser.request(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      const now = await visitor.open(url);
      if (response.status >= 500 || now.asks !== asks) ledOn.push([body, response.status, now.asks]);
    }
    expect(ledOn).toEqual([]);
  },
);

/** Whole numbers below a bound, the same in every run. */
function dice(seed: string): (below: number) => number {
  const bytes = seededBytes(seed);
  return (below) => bytes(4).readUInt32BE() % below;
}

test('H21: whoever knows no secret gets nowhere by any buttons in any order, through the reset of a password either (CVE-2026-18963)', async () => {
  const person = await target.person();
  const roll = dice('walk');
  const one = <T>(list: readonly T[]) => list[roll(list.length)] as T;
  const visitor = target.visitor();
  await visitor.begin();
  let start = visitor.screen.url;
  const reset = `${target.issuer}/reset-password/${'A'.repeat(43)}`;
  const actions = ['continue', 'later', 'not_me', 'passkey', 'resend', 'allow', 'deny', 'cancel'];
  const ways = ['password', 'totp', 'webauthn', 'backup_code', 'email', 'sms', 'new_codes'].map((way) => `try:${way}`);
  const fields = ['password', 'new_password', 'otp', 'backup_code', 'email_code', 'confirm_code'];
  const names = [person.username, person.email, 'nobody'];
  const values = ['', person.username, '000000', 'ABCD-EFGH', 'action', 'factor', 'recovery', 'done'];
  for (let turn = 0; turn < 150; turn += 1) {
    if (roll(3) === 0 || visitor.screen.url.origin !== start.origin) {
      await visitor.open(one([start, `${start.pathname}/forgot`, reset, `${target.issuer}/account`]));
    } else {
      const some = fields.filter(() => roll(3) === 0).map((field) => [field, one(values)] as const);
      const action = one([...actions, ...ways]);
      const step: Record<string, string> = roll(8) === 0 ? { step: one(values) } : {};
      await visitor.post({ username: one(names), ...Object.fromEntries(some), ...step, action });
    }
    expect(visitor.screen.asks).not.toBe('arrived');
    expect(['totp', 'backup_code', 'confirm_codes', 'setup']).not.toContain(visitor.screen.asks);
    expect(visitor.screen.html).not.toContain('name="new_password"');
    if (visitor.screen.url.searchParams.has('error')) start = (await visitor.begin()).url;
  }
});

test('H32: no cookie that was cut, changed, doubled or made up opens more than none does (CVE-2026-25748)', async () => {
  const person = await target.person();
  const visitor = await afterPassword(person);
  await visitor.prove('totp', person.totp());
  expect((await visitor.open(`${target.issuer}/account`)).html).toContain(person.username);
  const held = visitor.browser.cookiesFor(`${target.issuer}/account`);
  const roll = dice('cookies');
  const lies: ((value: string) => string)[] = [
    () => '',
    (value) => value.slice(0, -1),
    (value) => `${value}A`,
    (value) => value.slice(0, 1),
    (value) => value.toLowerCase(),
    (value) => [...value].reverse().join(''),
    (value) => {
      const at = roll(value.length);
      return `${value.slice(0, at)}${value[at] === 'x' ? 'y' : 'x'}${value.slice(at + 1)}`;
    },
    () => '%00',
    () => '"',
    () => '{"accountId":"1"}',
    () => '__proto__',
    () => "' or 1=1 --",
    () => 'x'.repeat(4000),
    () => person.username,
  ];
  const session = (name: string) => /session/i.test(name);
  expect(held.some(({ name }) => session(name))).toBe(true);
  const opened: string[] = [];
  for (const lie of lies) {
    const forged = held.map(
      ({ name, value }) => `${name}=${session(name) && !name.endsWith('.sig') ? lie(value) : value}`,
    );
    const headers = { cookie: forged.join('; '), accept: 'text/html' };
    const response = await fetch(`${target.issuer}/account`, { headers, redirect: 'manual' });
    const told = (await response.text()).includes(person.username);
    if (told || response.status < 300 || response.status >= 500) opened.push(`${headers.cookie}: ${response.status}`);
  }
  expect(opened).toEqual([]);
});
