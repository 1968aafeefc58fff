import { expect, test } from '@jest/globals';
import { type Lies, SoftAuthenticator, type SoftOptions } from '@sparekey/testing';
import { totpOf } from '../../testing/acme.ts';
import { useHostedAcme } from '../../testing/acme-hosted.ts';
import { CALLBACK } from '../../testing/storage.ts';
import type { Page, Visitor } from '../../testing/visitor.ts';

// Hostile authenticators at the pages themselves, forms and cookies and all: what a browser would never send.

const here = useHostedAcme();
type Person = Awaited<ReturnType<typeof here.acme.person>>;

const NEW = '/realms/acme/account/passkeys/new';
const entities: Record<string, string> = { '&quot;': '"', '&amp;': '&', '&#39;': "'", '&lt;': '<', '&gt;': '>' };

/** What the script of a page would hand to the browser. */
function optionsOf({ html }: Page): SoftOptions {
  const json = /data-options="([^"]*)"/.exec(html)?.[1] ?? '';
  return JSON.parse(json.replace(/&[#\w]+;/g, (entity) => entities[entity] ?? entity)) as SoftOptions;
}

const alertOf = ({ html }: Page) => /role="alert"[^>]*><strong>([^<]*)/.exec(html)?.[1];
const newKey = (options: ConstructorParameters<typeof SoftAuthenticator>[1] = {}) =>
  new SoftAuthenticator(here.provider.origin, options);
const keysOf = async ({ id }: Person) =>
  (await here.acme.storage.stores.webauthn.list(here.acme.realm.id, id)).map(({ label }) => label);

/** Someone with an app, at the page that adds a passkey. */
async function adding(): Promise<{ person: Person; visitor: Visitor; page: Page }> {
  const person = await here.acme.person();
  const visitor = here.visitor();
  await visitor.begin();
  await visitor.submit({ username: person.username, password: person.password });
  await visitor.submit({ otp: totpOf(person) });
  return { person, visitor, page: await visitor.open(NEW) };
}

async function holder(options: ConstructorParameters<typeof SoftAuthenticator>[1] = {}) {
  const { person, visitor, page } = await adding();
  const key = newKey(options);
  await visitor.submit({ label: 'Key', webauthn: key.create(optionsOf(page)) });
  expect(await keysOf(person)).toEqual(['Key']);
  return { person, key, visitor };
}

/** At the page that asks for the passkey after the password. */
async function asked({ username, password }: Person): Promise<{ visitor: Visitor; page: Page }> {
  const visitor = here.visitor();
  await visitor.begin();
  const page = await visitor.submit({ username, password });
  return { visitor, page };
}

/** Posts an answer and tells whether it led back to the application. */
async function opens(visitor: Visitor, fields: Record<string, string>): Promise<boolean> {
  const { location = '' } = await visitor.submit(fields);
  return location.startsWith(CALLBACK) || visitor.url.startsWith(CALLBACK);
}

const newLies: [string, Lies, ConstructorParameters<typeof SoftAuthenticator>[1]][] = [
  ['an algorithm that was not offered', {}, { algorithm: -35 }],
  ['another origin', { origin: 'https://localhost.evil.example' }, {}],
  ['another site', { rpId: 'evil.example' }, {}],
  ['a challenge of its own', { challenge: Buffer.alloc(32, 7).toString('base64url') }, {}],
  ['nobody present', { userPresent: false }, {}],
];

test.each(newLies)(
  'a new passkey with %s is not added, and the page stays to try again',
  async (_what, lie, options) => {
    const { person, visitor, page } = await adding();
    const answer = await visitor.post({ label: 'Key', webauthn: newKey(options).create(optionsOf(page), lie) });
    expect(answer.status).toBe(422);
    expect(alertOf(answer)).toBe('The passkey could not be set up.');
    expect(await keysOf(person)).toEqual([]);
  },
);

test('a passkey that is excluded and comes all the same is not added again, nor is a replayed answer', async () => {
  const { person, key, visitor } = await holder();
  const page = await visitor.open(NEW);
  expect(JSON.stringify(optionsOf(page))).toContain(key.credentialId.toString('base64url'));
  const twin = newKey({ credentialId: key.credentialId });
  const answer = await visitor.post({ label: 'Twin', webauthn: twin.create(optionsOf(page)) });
  expect([answer.status, alertOf(answer)]).toEqual([422, 'This passkey is in use already.']);

  const other = newKey().create(optionsOf(await visitor.open(NEW)));
  await visitor.submit({ label: 'Second', webauthn: other });
  await visitor.open(NEW);
  expect((await visitor.post({ label: 'Replayed', webauthn: other })).status).toBe(422);
  expect(await keysOf(person)).toEqual(['Key', 'Second']);
});

const oldLies: [string, Lies][] = [
  ['another origin', { origin: 'https://localhost.evil.example' }],
  ['another site', { rpId: 'evil.example' }],
  ['a challenge of its own', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
  ['the signature of another key', { foreignKey: true }],
];

test('a hostile answer opens nothing after the password; the honest one on the same page still does', async () => {
  const { person, key } = await holder();
  const { visitor, page } = await asked(person);
  for (const [what, lie] of oldLies) {
    const answer = await visitor.post({ webauthn: key.get(optionsOf(page), lie) });
    expect({ what, status: answer.status, told: alertOf(answer) }).toEqual({
      what,
      status: 422,
      told: 'This passkey was not accepted.',
    });
  }
  expect(await opens(visitor, { webauthn: key.get(optionsOf(page)) })).toBe(true);
});

test('as the only proof it needs the person verified: without, neither name nor session comes of it', async () => {
  const { key } = await holder();
  const visitor = here.visitor();
  const page = await visitor.begin();
  const answer = await visitor.post({ action: 'passkey', webauthn: key.get(optionsOf(page), { userVerified: false }) });
  expect([answer.status, alertOf(answer)]).toEqual([422, 'This passkey was not accepted.']);
  expect(await opens(visitor, { action: 'passkey', webauthn: key.get(optionsOf(page)) })).toBe(true);
});

test('an answer counts once: not in another sign-in, and not for who recorded it', async () => {
  const { person, key } = await holder();
  const first = await asked(person);
  const recorded = key.get(optionsOf(first.page));
  expect(await opens(first.visitor, { webauthn: recorded })).toBe(true);
  const thief = await asked(person);
  expect((await thief.visitor.post({ webauthn: recorded })).status).toBe(422);
});

test('a counter that goes back is refused, reported, and shown to its person', async () => {
  const { person, key, visitor } = await holder({ counter: 10 });
  const before = await asked(person);
  expect(await opens(before.visitor, { webauthn: key.get(optionsOf(before.page)) })).toBe(true);
  const copy = await asked(person);
  const answer = await copy.visitor.post({ webauthn: key.get(optionsOf(copy.page), { counter: 5 }) });
  expect([answer.status, alertOf(answer)]).toEqual([422, 'This passkey was not accepted.']);
  const events = await here.acme.storage.auditReader.list(here.acme.realm.id, {
    subject: person.id,
    type: 'webauthn.counter_regressed',
    limit: 5,
  });
  expect(events).toHaveLength(1);
  expect((await visitor.open('/realms/acme/account')).html).toContain('There may be a copy of this key.');
});
