import type { Asked, Refusal, WebAuthnHolder } from '@sparekey/factors';
import { policySchema } from '@sparekey/policy';
import { type Lies, race, SoftAuthenticator, type SoftOptions } from '../../../testing/src/index.ts';
import { type FactorsOnPostgres, factorsOnPostgres, SITE } from './fixture.ts';

const NAMES = { realm: 'Acme', account: 'ann' };
let here: FactorsOnPostgres;
let ann: WebAuthnHolder;
let place: string;
let places = 0;

beforeAll(async () => {
  here = await factorsOnPostgres();
});
beforeEach(async () => {
  ann = await here.person();
  place = `sign_in:${places++}`;
});
afterAll(() => here.close());

const webauthn = () => here.factors.webauthn;
const stores = () => here.storage.stores;

/** Sets one up as its person would. */
async function enrolled(key: SoftAuthenticator, holder: WebAuthnHolder = ann): Promise<SoftAuthenticator> {
  const options = await webauthn().begin(stores(), holder, place, NAMES);
  const check = await webauthn().checkNew(stores(), holder, place, key.create(options));
  if (!check.matched) throw new Error(`not enrolled: ${check.reason}`);
  expect(await check.confirm(stores(), 'Key')).toMatch(/^[0-9a-f-]{36}$/);
  return key;
}

const newKey = (options?: ConstructorParameters<typeof SoftAuthenticator>[1]) =>
  new SoftAuthenticator(SITE.origin, options);

/** Checks and spends an answer; `accepted` or why not. */
async function outcomeOf(input: string, asked: Asked, holder: WebAuthnHolder = ann): Promise<'accepted' | Refusal> {
  const check = await webauthn().check(stores(), { ...holder, asked }, input);
  if (!check.matched) return check.reason;
  const verdict = await check.spend(stores());
  return verdict.accepted ? 'accepted' : verdict.reason;
}

const ask = (asked: Asked, holder: WebAuthnHolder = ann): Promise<SoftOptions> =>
  webauthn().ask(stores(), holder.realmId, holder.policy, asked, holder.userId);

const first = (): Asked => ({ place, purpose: 'first' });
const second = (): Asked => ({ place, purpose: 'second' });

test.each([-8, -7, -257] as const)('a key with algorithm %i is set up and opens both doors', async (algorithm) => {
  const key = await enrolled(newKey({ algorithm }));
  for (const asked of [first(), second()]) expect(await outcomeOf(key.get(await ask(asked)), asked)).toBe('accepted');
  const [stored] = await stores().webauthn.list(ann.realmId, ann.userId);
  expect(stored).toMatchObject({ label: 'Key', counter: 0, transports: ['internal'], userVerified: true });
  expect(stored?.lastUsedAt).toBeInstanceOf(Date);
});

test('only EdDSA, ES256 and RS256 are asked for, each key is excluded from being added twice, and nobody is named', async () => {
  const key = await enrolled(newKey());
  const options = await webauthn().begin(stores(), ann, place, NAMES);
  expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257]);
  expect(options.excludeCredentials?.map(({ id }) => id)).toEqual([key.credentialId.toString('base64url')]);
  expect(options.rp.id).toBe('localhost');
  expect(Buffer.from(options.user.id, 'base64url').toString('utf8')).not.toContain('person');
  const usernameless = await webauthn().ask(stores(), ann.realmId, ann.policy, first(), undefined);
  expect(usernameless).toMatchObject({ userVerification: 'required', allowCredentials: [] });
});

test('options for nobody are the same whether anybody has a passkey', async () => {
  const before = await webauthn().ask(stores(), ann.realmId, ann.policy, first(), undefined);
  await enrolled(newKey());
  const after = await webauthn().ask(stores(), ann.realmId, ann.policy, first(), undefined);
  expect(after).toEqual(before);
});

const lies: [string, Lies][] = [
  ['another type', { type: 'webauthn.create' }],
  ['a challenge of its own', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
  ['another origin', { origin: 'https://localhost.evil.example' }],
  ['another port of our host', { origin: 'http://localhost:8081' }],
  ['a page within another one', { crossOrigin: true }],
  ['a page within another one that is named', { crossOrigin: true, topOrigin: 'https://evil.example' }],
  ['a top origin where none can be', { topOrigin: 'http://localhost:8080' }],
  ['another site', { rpId: 'evil.example' }],
  ['nobody present', { userPresent: false }],
  ['a backup of what cannot be backed up', { backupEligible: false, backedUp: true }],
  ['a key that can suddenly be backed up', { backupEligible: true }],
  ['the signature of another key', { foreignKey: true }],
  ["another person's handle", { userHandle: Buffer.alloc(16, 9).toString('base64url') }],
];

test.each(lies)('an answer with %s is refused at both doors, and spends nothing (H24)', async (_what, lie) => {
  const key = await enrolled(newKey());
  for (const asked of [first(), second()]) {
    const options = await ask(asked);
    expect(await outcomeOf(key.get(options, lie), asked)).toBe('wrong');
    expect(await outcomeOf(key.get(options), asked)).toBe('accepted');
  }
});

test('without user verification a key is no first proof; as second one the policy decides (H25)', async () => {
  const key = await enrolled(newKey());
  const lie = { userVerified: false };
  expect(await outcomeOf(key.get(await ask(first()), lie), first())).toBe('wrong');
  expect(await outcomeOf(key.get(await ask(second()), lie), second())).toBe('accepted');
  const strict = { ...ann, policy: policySchema.parse({ webauthn: { userVerification: 'required' } }) };
  expect(await outcomeOf(key.get(await ask(second(), strict), lie), second(), strict)).toBe('wrong');
});

test('a first proof has to say whose it is; a second one may leave it out', async () => {
  const key = await enrolled(newKey());
  expect(await outcomeOf(key.get(await ask(first()), { userHandle: null }), first())).toBe('wrong');
  expect(await outcomeOf(key.get(await ask(second()), { userHandle: null }), second())).toBe('accepted');
});

test("somebody else's key, with the right handle or not, proves nothing about a person", async () => {
  const bob = await here.person();
  const key = await enrolled(newKey(), bob);
  const options = await ask(second());
  expect(await outcomeOf(key.get(options), second())).toBe('wrong');
  const handle = Buffer.from(ann.userId.replaceAll('-', ''), 'hex').toString('base64url');
  expect(await outcomeOf(key.get(options, { userHandle: handle }), second())).toBe('wrong');
});

test('a challenge counts in its own sign-in, for its own purpose, and once', async () => {
  const key = await enrolled(newKey());
  const options = await ask(second());
  const answer = key.get(options);
  const elsewhere = { place: 'sign_in:of-another', purpose: 'second' } as const;
  expect(await outcomeOf(answer, elsewhere)).toBe('expired');
  await ask(elsewhere);
  expect(await outcomeOf(answer, elsewhere)).toBe('wrong');
  expect(await outcomeOf(answer, first())).toBe('expired');
  expect(await outcomeOf(answer, second())).toBe('accepted');
  expect(await outcomeOf(answer, second())).toBe('expired');
  await ask(second());
  expect(await outcomeOf(answer, second())).toBe('wrong');
});

test('an expired challenge is refused, and the next page has a new one', async () => {
  const key = await enrolled(newKey());
  const options = await ask(second());
  await here.storage.database.count({
    name: 'expire',
    text: 'update webauthn_challenge set expires_at = now() where place = $1',
    values: [place],
    dynamic: true,
  });
  expect(await outcomeOf(key.get(options), second())).toBe('expired');
  const fresh = await ask(second());
  expect(fresh.challenge).not.toBe(options.challenge);
  expect(await outcomeOf(key.get(fresh), second())).toBe('accepted');
});

test('a reload keeps the challenge, another person at the same place gets another one', async () => {
  const bob = await here.person();
  const shown = await ask(second());
  expect((await ask(second())).challenge).toBe(shown.challenge);
  expect((await ask(second(), bob)).challenge).not.toBe(shown.challenge);
});

test('of 50 parallel posts of one answer, to two processes, exactly one is accepted', async () => {
  const other = await here.another();
  for (const counter of [0, 1]) {
    const key = await enrolled(newKey({ counter }));
    const asked = second();
    const answer = key.get(await ask(asked));
    const { fulfilled, rejected } = await race(50, async (index, barrier) => {
      const { factors, storage } = index % 2 === 0 ? here : other;
      const check = await factors.webauthn.check(storage.stores, { ...ann, asked }, answer);
      await barrier();
      if (!check.matched) throw new Error(check.reason);
      return storage.transaction((transaction) => check.spend(transaction));
    });
    expect(rejected).toEqual([]);
    expect(fulfilled.filter(({ accepted }) => accepted)).toHaveLength(1);
  }
});

test.each([
  ['refuse', 'counter_regressed'],
  ['report', 'accepted'],
] as const)('a counter that goes back is flagged, and %s makes it %s', async (counterRegression, outcome) => {
  const holder = { ...ann, policy: policySchema.parse({ webauthn: { counterRegression } }) };
  const key = await enrolled(newKey({ counter: 10 }), holder);
  expect(await outcomeOf(key.get(await ask(second())), second(), holder)).toBe('accepted');
  for (const counter of [11, 5, 0])
    expect(await outcomeOf(key.get(await ask(second()), { counter }), second(), holder)).toBe(outcome);
  const [stored] = await stores().webauthn.list(ann.realmId, ann.userId);
  expect(stored?.counter).toBe(11);
  expect(stored?.counterRegressedAt).toBeInstanceOf(Date);
  expect(await outcomeOf(key.get(await ask(second())), second(), holder)).toBe('accepted');
});

const registrationLies: [string, Lies][] = lies.filter(
  ([, lie]) =>
    !('foreignKey' in lie) && !('userHandle' in lie) && lie.backupEligible !== true && lie.type === undefined,
);

test.each([
  ...registrationLies,
  ['another type', { type: 'webauthn.get' }],
  ['the id of another credential', { id: Buffer.alloc(32, 3).toString('base64url') }],
] as [string, Lies][])('a new key with %s is not added', async (_what, lie) => {
  const options = await webauthn().begin(stores(), ann, place, NAMES);
  const check = await webauthn().checkNew(stores(), ann, place, newKey().create(options, lie));
  expect(check).toEqual({ matched: false, reason: 'wrong' });
});

test('a new key with an algorithm that was not offered is not added', async () => {
  const options = await webauthn().begin(stores(), ann, place, NAMES);
  const check = await webauthn().checkNew(stores(), ann, place, newKey({ algorithm: -35 }).create(options));
  expect(check).toEqual({ matched: false, reason: 'wrong' });
});

test('a new key without user verification is not added where the policy requires it', async () => {
  const strict = { ...ann, policy: policySchema.parse({ webauthn: { userVerification: 'required' } }) };
  const options = await webauthn().begin(stores(), strict, place, NAMES);
  expect(options.authenticatorSelection?.userVerification).toBe('required');
  const answer = newKey().create(options, { userVerified: false });
  expect(await webauthn().checkNew(stores(), strict, place, answer)).toEqual({ matched: false, reason: 'wrong' });
});

test('a credential id is bound once in a realm: not again to its person, and to nobody else', async () => {
  const key = await enrolled(newKey());
  const bob = await here.person();
  for (const holder of [ann, bob]) {
    const options = await webauthn().begin(stores(), holder, place, NAMES);
    const twin = newKey({ credentialId: key.credentialId });
    const check = await webauthn().checkNew(stores(), holder, place, twin.create(options));
    if (!check.matched) throw new Error(check.reason);
    expect(await check.confirm(stores(), 'Twin')).toBe('taken');
  }
  expect(await outcomeOf(key.get(await ask(second())), second())).toBe('accepted');
});

test('of 50 parallel posts of one new key exactly one is added, and its challenge is spent', async () => {
  const options = await webauthn().begin(stores(), ann, place, NAMES);
  const answer = newKey().create(options);
  const { fulfilled } = await race(50, async (_, barrier) => {
    const check = await webauthn().checkNew(stores(), ann, place, answer);
    await barrier();
    if (!check.matched) throw new Error(check.reason);
    return here.storage.transaction((transaction) => check.confirm(transaction, 'Key'));
  });
  expect(fulfilled.filter((each) => each !== 'used')).toHaveLength(1);
  expect(await stores().webauthn.list(ann.realmId, ann.userId)).toHaveLength(1);
  expect(await webauthn().checkNew(stores(), ann, place, answer)).toEqual({ matched: false, reason: 'expired' });
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"id":"a","rawId":"b","type":"public-key","response":{}}',
  JSON.stringify({ id: 'YQ', rawId: 'YQ', type: 'public-key', response: { clientDataJSON: '<>' } }),
  JSON.stringify({ id: 'A'.repeat(1400), rawId: 'A'.repeat(1400), type: 'public-key', response: {} }),
  'x'.repeat(20_000),
])('input that is no answer (%#) is told by its form', async (input) => {
  expect(webauthn().wellFormed(input, ann.policy)).toBe(false);
  expect(await webauthn().checkNew(stores(), ann, place, input)).toEqual({ matched: false, reason: 'malformed' });
});

test('several keys of one person work side by side, and a removed one no longer', async () => {
  const [one, two] = [await enrolled(newKey()), await enrolled(newKey({ algorithm: -8 }))];
  const [stored] = await stores().webauthn.list(ann.realmId, ann.userId);
  if (stored === undefined) throw new Error('two keys were enrolled');
  expect(await outcomeOf(one.get(await ask(second())), second())).toBe('accepted');
  expect(await stores().webauthn.remove(ann.realmId, ann.userId, stored.id)).toBe(true);
  expect(await outcomeOf(one.get(await ask(second())), second())).toBe('none_enrolled');
  expect(await outcomeOf(two.get(await ask(second())), second())).toBe('accepted');
});
