import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SoftAuthenticator } from '@sparekey/testing';
import { type KindName, kinds, makePerson, OWN_PASSWORD } from './enumeration-people.ts';
import { type Sparekey, sparekey } from './sparekey.ts';
import type { Screen, Visitor } from './target.ts';

let target: Sparekey;
beforeAll(async () => {
  target = await sparekey({
    secondFactor: { allowed: ['totp', 'webauthn', 'email', 'sms'] },
    messages: { codesPerNetworkPerHour: 10_000, smsCountries: ['39'] },
  });
  // What every process reads once is no difference between people.
  await target.visitor().begin();
});
afterAll(() => target.close());

const NOBODY = 'nobody';

/** One request and everything that can be seen of it, from outside and by what it cost. */
interface Seen {
  status: number;
  headers: [string, string][];
  html: string;
  evaluations: number;
  statements: string[];
}

/** Differs from request to request, for whomever; the rest has to be the same to the byte. */
const masks: [RegExp, string][] = [
  [/name="csrf" value="[^"]*"/g, 'csrf'],
  [/\/sign-in\/[\w-]+/g, '/sign-in/(uid)'],
  [/(challenge&quot;:&quot;)[\w-]{43}/g, '$1(challenge)'],
];

function maskedHeader(name: string, value: string): string {
  if (name === 'date' || name === 'x-request-id') return '(varies)';
  if (name === 'set-cookie') return value.replace(/=[^;]*/, '=(value)').replace(/(expires=)[^;]*/i, '$1(time)');
  return value;
}

/** Names are of one length, so that lengths are compared too. */
async function look(name: string, visitor: Visitor, act: () => Promise<Screen>): Promise<Seen> {
  const before = target.provider.engine.stats.evaluations;
  const statements = await target.acme.statementsOf(act);
  const { status, headers, html } = visitor.screen;
  const mask = (text: string) =>
    masks.reduce((masked, [pattern, by]) => masked.replaceAll(pattern, by), text).replaceAll(name, '(name)');
  return {
    status,
    headers: [...headers].map(([header, value]) => [header, mask(maskedHeader(header, value))]),
    html: mask(html),
    evaluations: target.provider.engine.stats.evaluations - before,
    statements,
  };
}

const challengeOf = ({ screen }: Visitor): string => /challenge&quot;:&quot;([\w-]{43})/.exec(screen.html)?.[1] ?? '';

type Step = (visitor: Visitor, name: string) => Promise<Screen>;

const atFirst: Step = (visitor) => visitor.begin();
const forgot: Step = (visitor) => visitor.open(`${visitor.screen.url.pathname}/forgot`);
const byMail: Step = (visitor, username) => visitor.post({ username, action: 'try:email' });

/** What anybody can do with a name: the steps before, then those that are compared. */
const surfaces: Record<string, { before: Step[]; steps: Step[] }> = {
  'the first page with a name as hint': { before: [], steps: [(visitor, name) => visitor.begin({ login_hint: name })] },
  'no password': { before: [atFirst], steps: [(visitor, name) => visitor.signIn(name, '')] },
  'a password longer than any': {
    before: [atFirst],
    steps: [(visitor, name) => visitor.signIn(name, 'x'.repeat(1025))],
  },
  'a backup code in place of the password': {
    before: [atFirst],
    steps: [
      (visitor, username) => visitor.post({ username, action: 'try:backup_code' }),
      (visitor, username) => visitor.post({ username, backup_code: 'ABCD-EFGH', step: 'recovery' }),
      (visitor, username) => visitor.post({ username, otp: '000000', step: 'factor' }),
    ],
  },
  'a passkey that nobody has': {
    before: [atFirst],
    steps: [
      (visitor, username) => visitor.post({ username, action: 'passkey', webauthn: '' }),
      (visitor, username) => {
        const key = new SoftAuthenticator(target.provider.origin);
        const webauthn = key.get({ challenge: challengeOf(visitor) }, { userHandle: 'AAAA' });
        return visitor.post({ username, action: 'passkey', webauthn });
      },
    ],
  },
  'a forgotten password': {
    before: [atFirst],
    steps: [forgot, (visitor, username) => visitor.post({ username })],
  },
  'a code by mail: asked for, cut short, wrong, sent again, wrong': {
    before: [atFirst],
    steps: [
      byMail,
      (visitor) => visitor.prove('email_code', '1234'),
      (visitor) => visitor.prove('email_code', '00000000'),
      (visitor) => visitor.post({ action: 'resend' }),
      (visitor) => visitor.prove('email_code', '00000000'),
    ],
  },
};

let names = 0;

/** The same steps with the name of nobody, or of someone of a kind who does nothing else. */
async function seen(
  who: KindName | typeof NOBODY,
  { before, steps }: { before: Step[]; steps: Step[] },
): Promise<Seen[]> {
  const name = `somebody-${String(names++).padStart(4, '0')}`;
  if (who !== NOBODY) await makePerson(target, who, name);
  const visitor = target.visitor();
  for (const step of before) await step(visitor, name);
  const found: Seen[] = [];
  for (const step of steps) found.push(await look(name, visitor, () => step(visitor, name)));
  return found;
}

const everybody = Object.keys(kinds) as KindName[];

test.each(Object.entries(surfaces))(
  'H42: %s: nobody and every kind of person get the same answer, for the same hashes and the same statements (CVE-2026-4633)',
  async (_, surface) => {
    const nobody = await seen(NOBODY, surface);
    for (const kind of everybody) expect([kind, await seen(kind, surface)]).toEqual([kind, nobody]);
  },
);

const unlocked = everybody.filter((kind) => !('locked' in kinds[kind]));

/** Told to who holds the account that somebody keeps trying; queued with the failure, once an hour. */
const notice = ['contacts_of', 'outbox_add', 'outbox_add', 'send_take', 'user_by_id'];

test('H42: wrong passwords, up to the wait and behind it, tell nobody and every kind of person alike (CVE-2026-4633)', async () => {
  const wrong: Step = (visitor, name) => visitor.signIn(name, 'not the password');
  const surface = { before: [atFirst], steps: Array.from({ length: 6 }, () => wrong) };
  const nobody = await seen(NOBODY, surface);
  expect(nobody.map(({ status, evaluations }) => [status, evaluations])).toEqual([
    [422, 1],
    [422, 1],
    [422, 1],
    [422, 1],
    [429, 1],
    [429, 0],
  ]);
  const withoutNotice = (steps: Seen[]) =>
    steps.map((step) =>
      step.status === 429 ? { ...step, statements: step.statements.filter((name) => !notice.includes(name)) } : step,
    );
  for (const kind of unlocked) expect([kind, withoutNotice(await seen(kind, surface))]).toEqual([kind, nobody]);
});

test('H42: a wrong password where the session knows the person costs and says the same, whether there is a password or not (CVE-2026-4633)', async () => {
  const answers: Seen[][] = [];
  for (const kind of [
    'someone without any second factor',
    'someone with a passkey only who cannot be reached',
  ] as const) {
    const name = `somebody-${String(names++).padStart(4, '0')}`;
    const key = await makePerson(target, kind, name);
    const visitor = target.visitor();
    await visitor.begin();
    if (key === undefined) await visitor.signIn(name, OWN_PASSWORD);
    else await visitor.post({ action: 'passkey', webauthn: key.get({ challenge: challengeOf(visitor) }) });
    if (visitor.screen.asks === 'confirm_codes') await visitor.confirm(visitor.screen.codes[0] ?? '');
    expect(visitor.screen.asks).toBe('arrived');
    const steps: Step[] = [
      () => visitor.begin({ max_age: '0' }),
      () => visitor.post({ password: '' }),
      () => visitor.post({ password: 'not the password' }),
    ];
    const found: Seen[] = [];
    for (const step of steps) found.push(await look(name, visitor, () => step(visitor, name)));
    answers.push(found);
  }
  expect(answers[0]?.map(({ status, evaluations }) => [status, evaluations])).toEqual([
    [200, 0],
    [422, 0],
    [422, 1],
  ]);
  expect(answers[1]).toEqual(answers[0]);
});
