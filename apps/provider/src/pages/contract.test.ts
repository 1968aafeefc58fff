import { gzipSync } from 'node:zlib';
import { samples, sampleView } from '../../test/pages/samples.ts';
import { textFile } from './codes/text-file.ts';
import * as pages from './index.ts';

const en = sampleView('en');
const drawn = Object.entries(samples).flatMap(([name, draw]) =>
  (['en', 'it'] as const).map((locale): [string, string] => [
    `${name} (${locale})`,
    draw(sampleView(locale)).toString(),
  ]),
);

test.each(drawn)('%s has at most 30 kB compressed, with its styles and script', (_name, page) => {
  const sizes = [Buffer.from(page), ...[...pages.assets.values()].map((asset) => asset.buffer)].map(
    (buffer) => gzipSync(buffer).length,
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(30_000);
});

test.each(drawn)('%s needs nothing inline and has one title and one heading', (_name, page) => {
  expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! src=)/);
  expect(page.match(/<title>/g)).toHaveLength(1);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page.match(/role="alert"/g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(page.match(/\sautofocus/g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(page).not.toMatch(/undefined|\[object|NaN|Invalid Date/);
});

test.each(drawn)('%s posts csrf and step with each of its forms', (name, page) => {
  for (const form of page.match(/<form[\s\S]*?<\/form>/g) ?? []) {
    expect(form).toMatch(/<form[^>]* method="post"/);
    if (!name.startsWith('logout')) {
      expect(form).toContain('name="csrf" value="csrf-token"');
      expect(form).toMatch(/name="step" value="[^"]+"/);
    }
    expect(form.match(/value="continue"/g)?.length ?? 0).toBeLessThanOrEqual(1);
  }
});

test('an alert begins the title with "Error:", in both languages', () => {
  const model: pages.SignInModel = {
    csrf: 'c',
    step: 's',
    purpose: { app: 'Payroll' },
    username: 'ada',
    mayCancel: true,
    problem: { kind: 'wrong_credentials' },
  };
  expect(pages.signIn(model, en).toString()).toContain('<title>Error: Sign in – Acme</title>');
  expect(pages.signIn(model, sampleView('it')).toString()).toContain('<title>Errore: Accedi – Acme</title>');
  expect(pages.signIn({ ...model, problem: undefined }, en).toString()).toContain('<title>Sign in – Acme</title>');
});

test('a lock is told in the same words whoever typed, and a wrong name like a wrong password', () => {
  const told = (username: string, problem: pages.FormProblem) =>
    pages
      .signIn({ csrf: 'c', step: 's', purpose: { app: 'Payroll' }, username, mayCancel: true, problem }, en)
      .toString()
      .replace(`value="${username}"`, '');
  for (const problem of [{ kind: 'wait', seconds: 110 }, { kind: 'wrong_credentials' }] as const) {
    expect(told('ada', problem)).toBe(told('nobody', problem));
  }
});

test.each([
  [30, '30 seconds'],
  [58.2, '59 seconds'],
  [59.2, '1 minute'],
  [61, '2 minutes'],
  [3600, '1 hour'],
  [3601, '2 hours'],
])('a wait of %s s is never told shorter than it is: %s', (seconds, text) => {
  expect(en.messages.common.duration(seconds)).toBe(text);
});

test('what people and applications are called is never markup', () => {
  const evil = '"><script>alert(1)</script>';
  const view = pages.view({ realm: { displayName: evil, path: '/realms/x' }, locale: 'en', now: en.now, query: evil });
  const form = { csrf: evil, step: evil };
  const drawn = [
    pages.signIn({ ...form, purpose: { app: evil }, username: evil, mayCancel: true }, view),
    pages.consent({ ...form, app: evil, username: evil, scopes: [evil] }, view),
    pages.totp(
      { ...form, purpose: { app: evil }, username: evil, devices: [evil], digits: 6, otherWays: [], mayCancel: true },
      view,
    ),
    pages.error({ code: 'internal', requestId: evil, publicMessage: evil, back: { href: evil, app: evil } }, view),
  ];
  for (const page of drawn) expect(page.toString()).not.toContain('<script>alert');
});

test('a way back cannot be a script', () => {
  expect(pages.signedOut({ back: { href: 'javascript:alert(1)' } }, en).toString()).not.toContain('javascript:');
});

test('the text file holds every code, and what is needed to use them', () => {
  const file = textFile(
    {
      csrf: 'c',
      step: 's',
      purpose: { app: 'Payroll' },
      codes: ['K7M2-P9X4', 'H3TW-8R5B'],
      username: 'ada',
      createdAt: en.now,
      expiresAt: new Date('2027-11-22T13:05:00Z'),
      signInAddress: 'https://id.example.com/realms/acme/account',
      replaces: false,
      reason: 'first',
      mayCancel: false,
    },
    en,
  );
  expect(file.name).toBe('backup-codes-acme-2026-11-22.txt');
  expect(decodeURIComponent(file.href.slice(file.href.indexOf(',') + 1)).split('\r\n')).toEqual([
    'Backup codes for Acme',
    '',
    'Account: ada',
    'Made on: 22 November 2026',
    'Good until: 22 November 2027',
    'Sign in at: https://id.example.com/realms/acme/account',
    '',
    '[ ] K7M2-P9X4',
    '[ ] H3TW-8R5B',
    '',
    'Each code works once: tick it off when used.',
    '',
  ]);
});

test('the language choice keeps the query of the page', () => {
  const view = pages.view({
    realm: { displayName: 'Acme', path: '/realms/acme' },
    locale: 'en',
    now: en.now,
    query: 'return=%2Frealms%2Facme%2Faccount&lang=en',
  });
  expect(pages.expired({}, view).toString()).toContain('href="?return=%2Frealms%2Facme%2Faccount&amp;lang=it"');
});

test('the weakest way back in is named, the missing before what runs out', () => {
  const card = (kind: 'password' | 'totp', id: string) => ({ kind, id, label: id, createdAt: en.now });
  const codes = { count: 10, left: 10, createdAt: en.now, expiresAt: new Date('2027-11-22T13:05:00Z') };
  const told = (authenticators: pages.AuthenticatorCard[], backupCodes?: pages.BackupCodesCard) =>
    pages
      .account(
        {
          csrf: 'c',
          person: { username: 'ada' },
          authenticators,
          sessions: [],
          trustedDevices: [],
          applications: [],
          mayDelete: false,
          activity: [],
          backupCodes,
        },
        en,
      )
      .toString()
      .match(/<h2>(Ways[^<]*)<\/h2>[\s\S]*?<p>([^<]*)<\/p>/)
      ?.slice(1);
  const both = [card('password', 'p'), card('totp', 't')];
  expect(told([card('password', 'p')])).toEqual([
    'Ways back in: 1 of 3',
    expect.stringContaining('no authenticator app'),
  ]);
  expect(told(both)).toEqual(['Ways back in: 2 of 3', expect.stringContaining('no backup codes')]);
  expect(told(both, { ...codes, left: 0 })).toEqual(['Ways back in: 2 of 3', expect.stringContaining('used up')]);
  expect(told(both, { ...codes, expiresAt: en.now })).toEqual([
    'Ways back in: 2 of 3',
    expect.stringContaining('expired'),
  ]);
  expect(told(both, { ...codes, left: 2 })).toEqual([
    'Ways back in: 3 of 3',
    expect.stringContaining('only 2 backup codes'),
  ]);
  expect(told(both, codes)).toEqual(['Ways back in: 3 of 3', expect.stringContaining('single device')]);
  expect(told([...both, card('totp', 'u')], codes)).toEqual(['Ways back in: 3 of 3', 'All is in order.']);
});

test('the device of a session is told from its user agent, and nothing is guessed', () => {
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0';
  expect(pages.deviceOf(agent)).toEqual({ browser: 'Firefox', os: 'Windows' });
  expect(pages.deviceOf(undefined)).toEqual({});
  expect(pages.deviceOf('')).toEqual({});
});
