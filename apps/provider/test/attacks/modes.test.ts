import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { factorKinds, type PolicyInput, policySchema } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import { SoftAuthenticator, type SoftOptions } from '@sparekey/testing';
import { totpOf } from '../../src/testing/acme.ts';
import { addUser } from '../../src/testing/storage.ts';
import { type Sparekey, sparekey } from './sparekey.ts';
import type { Proof, Screen } from './target.ts';

const policy = {
  secondFactor: { allowed: [...factorKinds] },
  messages: { smsCountries: ['39'] },
} satisfies PolicyInput;

let running: Sparekey;
beforeAll(async () => {
  running = await sparekey(policy);
});
afterAll(() => running.close());

type Kind = (typeof factorKinds)[number];

/** How the form of codes differs: any or by number, short or long. */
const forms: PolicyInput['backupCodes'][] = [{}, { selection: 'numbered' }, { groups: 4 }];

const unreachable = { email: undefined, emailVerified: false };
let people = 0;

/** Someone with a password and one second factor of this kind, and the proof of it where a page asks for one. */
async function holder(kind: Kind) {
  const { storage, realm } = running.acme;
  const { stores } = storage;
  people += 1;
  const contact: Partial<User> =
    kind === 'email'
      ? {}
      : kind === 'sms'
        ? { ...unreachable, phoneNumber: `+39333${1_000_000 + people * 10_000}`, phoneNumberVerified: true }
        : unreachable;
  const user = await addUser(storage, realm, { username: `holder-${people}`, ...contact });
  const password = 'the password of before';
  await stores.passwords.set(realm.id, user.id, await running.provider.engine.hash(password));
  const whom = { realmId: realm.id, userId: user.id, policy: realm.policy };
  const { webauthn } = running.provider.services.factors;
  const totpSecret = randomBytes(20);
  const key = new SoftAuthenticator(running.provider.origin);
  if (kind === 'totp')
    await stores.totp.add(realm.id, user.id, {
      label: 'Phone',
      secret: totpSecret,
      algorithm: 'sha1',
      digits: 6,
      periodSeconds: 30,
      lastStep: 0,
      driftSteps: 0,
      confirmedAt: new Date(),
    });
  if (kind === 'webauthn') {
    const options = await webauthn.begin(stores, whom, 'account', { realm: 'acme', account: user.username });
    const check = await webauthn.checkNew(stores, whom, 'account', key.create(options));
    if (check.matched) await check.confirm(stores, 'Passkey');
  }
  const proof: Record<Kind, { asks: Proof; answer(screen: Screen): Promise<string> }> = {
    totp: { asks: 'totp', answer: async () => totpOf({ totpSecret }) },
    webauthn: { asks: 'webauthn', answer: async ({ html }) => key.get(optionsOn(html)) },
    email: { asks: 'email_code', answer: () => lastCode('mail') },
    sms: { asks: 'sms_code', answer: () => lastCode('sms') },
  };
  return { user, password, ...proof[kind] };
}

/** What the script of a page would hand to the browser. */
function optionsOn(html: string): SoftOptions {
  const json = /data-options="([^"]*)"/.exec(html)?.[1] ?? '';
  return JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as SoftOptions;
}

/** The code that waits to be sent; what waited is taken away. */
async function lastCode(kind: 'mail' | 'sms'): Promise<string> {
  const claimed = await running.acme.storage.outboxQueue.claim(100, [kind]);
  const said = JSON.stringify(claimed.map(({ secret }) => secret));
  return /"code":"(\d{8})"/.exec(said)?.[1] ?? /\b\d{6}\b/.exec(said)?.[0] ?? '';
}

test.each(factorKinds)(
  'R16: %s as the only second factor has a door that takes its proof, and one that takes a backup code of every form (grappa#766)',
  async (kind) => {
    const { user, password, asks, answer } = await holder(kind);
    const { acme } = running;
    const visitor = running.visitor();
    /** After the password, at the page of the second factor. */
    const halfway = async () => {
      await visitor.begin({ prompt: 'login' });
      return visitor.screen.html.includes('name="username"')
        ? visitor.signIn(user.username, password)
        : visitor.prove('password', password);
    };
    for (const backupCodes of forms) {
      const holderOf = {
        realmId: acme.realm.id,
        userId: user.id,
        policy: policySchema.parse({ ...policy, backupCodes }),
      };
      const { codes } = await acme.factors.backupCode.generate(acme.storage.stores, holderOf);
      const check = await acme.factors.backupCode.checkPending(acme.storage.stores, holderOf, codes[0] ?? '');
      if (check.matched) await check.confirm(acme.storage.stores);
      const lost = running.visitor();
      await lost.begin();
      await lost.signIn(user.username, password);
      expect((await lost.another('backup_code')).asks).toBe('backup_code');
      const taken = await lost.prove('backup_code', codes[0] ?? '');
      expect([backupCodes, taken.status, taken.asks]).toEqual([
        backupCodes,
        200,
        expect.not.stringMatching(/^(backup_code|sign_in)$/),
      ]);
    }
    for (const kindOfMessage of ['mail', 'sms'] as const) await lastCode(kindOfMessage);
    const asked = await halfway();
    expect(asked.asks).toBe(asks);
    expect((await visitor.prove(asks, await answer(asked))).asks).toBe('arrived');
  },
);
