import { expect, test } from '@jest/globals';
import type { UserId } from '@sparekey/contracts';
import { hashingProfiles, policyPresets, policySettings, spelledValue, valueAt } from '@sparekey/policy';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { useHostedAcme } from '../../src/testing/acme-hosted.ts';
import { CALLBACK } from '../../src/testing/storage.ts';
import type { Page, Visitor } from '../../src/testing/visitor.ts';

// What an administrator sets, as people meet it: changed while the provider runs, and told to the audit trail.

const here = useHostedAcme({});

const placeOf = (page: Page): string | undefined => (page.location?.startsWith(CALLBACK) ? 'app' : page.step);

async function signIn(at: Visitor, person: Person): Promise<Page> {
  await at.begin();
  const page = await at.submit({ username: person.username, password: person.password });
  return page.step === 'factor' ? at.submit({ otp: totpOf(person) }) : page;
}

const rows = <R>(text: string, ...values: unknown[]) =>
  here.acme.storage.database.rows<R>({ name: 'test_effects', text, values, dynamic: true });
const write = (text: string, ...values: unknown[]) =>
  here.acme.storage.database.count({ name: 'test_effects', text, values, dynamic: true });

/** Names of the settings of the last change that was told to the audit trail. */
async function lastAudited(): Promise<string> {
  const [event] = await here.acme.storage.auditReader.list(here.acme.realm.id, { type: 'policy.changed', limit: 1 });
  return String(event?.detail?.settings);
}

const codesOn = ({ html }: Page): string[] =>
  [...html.matchAll(/data-backup-code=""[^>]*>([^<]+)</g)].map(([, code = '']) => code);

/** Seconds until the end of the one session of a person. */
async function secondsLeft(person: UserId): Promise<number> {
  const found = await rows<{ left: number }>(
    'select extract(epoch from expires_at - now())::float as left from oidc_session where account_id = $1 and destroyed_at is null',
    person,
  );
  expect(found).toHaveLength(1);
  return found[0]?.left ?? 0;
}
/** As if the person had signed in that long ago. */
const age = (person: UserId, seconds: number) =>
  write(
    `update oidc_session set payload =
       jsonb_set(payload::jsonb, '{loginTs}', to_jsonb((payload ->> 'loginTs')::bigint - $2::bigint))::json
     where account_id = $1`,
    person,
    seconds,
  );
const about = (seconds: number) => ({ asymmetricMatch: (left: unknown) => Math.abs(Number(left) - seconds) < 30 });

test('profile nist-recovery (16 symbols): the codes people have go on working, the next set has 16 symbols', async () => {
  const person = await here.acme.person();
  const { settings } = policyPresets['nist-recovery'];
  const chosen = policySettings.filter(({ path }) => valueAt(settings, path) !== undefined);
  await here.set(chosen.map(({ path }) => `${path}=${spelledValue(valueAt(settings, path))}`));
  expect(await lastAudited()).toBe('backupCodes.groups');

  const lost = here.visitor();
  await lost.lostDevice(person);
  expect((await lost.submit({ backup_code: person.codes[3] ?? '' })).step).toBe('enrol');

  await here.acme.storage.stores.backupCodes.end(here.acme.realm.id, person.id, 'revoked');
  const at = here.visitor();
  const shown = codesOn(await signIn(at, person));
  expect(shown).toHaveLength(10);
  for (const code of shown) expect(code).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  expect(placeOf(await at.submit({ confirm_code: shown[0] ?? '' }))).toBe('app');
  const [recovered, half] = [here.visitor(), (shown[2] ?? '').slice(0, 9)];
  const page = await recovered.lostDevice(person);
  expect(page.html).toContain('Looks like K7M2-P9X4-H3TW-8R5B.');
  expect((await recovered.submit({ backup_code: half })).step).toBe('recovery');
  expect((await recovered.submit({ backup_code: shown[2] ?? '' })).step).toBe('enrol');
  await here.set(['backupCodes.groups=']);
});

test.each([
  ['one factor', false, 'session.oneFactorSeconds', 900],
  ['two factors', true, 'session.multiFactorSeconds', 1200],
  ['any kind', true, 'session.absoluteSeconds', 7200],
] as const)(
  'a session of %s ends when the policy says, counted from the sign-in, whatever happens in between',
  async (_what, totp, setting, longest) => {
    await here.set(['secondFactor.required=optional', 'session.idleSeconds=600', `${setting}=${longest}`]);
    expect(await lastAudited()).toContain(setting);
    const person = await here.acme.person({ totp });
    const at = here.visitor();
    expect(placeOf(await signIn(at, person))).toBe('app');
    expect(await secondsLeft(person.id)).toEqual(about(600));

    // Shortly before the end activity prolongs it to the end and no further; at the end it is over.
    await age(person.id, longest - 60);
    expect(placeOf(await at.begin())).toBe('app');
    expect(await secondsLeft(person.id)).toEqual(about(60));
    await write(`update oidc_session set expires_at = now() - interval '1 second' where account_id = $1`, person.id);
    expect((await at.begin()).html).toContain('name="username"');
    await here.set(['session.idleSeconds=', `${setting}=`, 'secondFactor.required=']);
  },
);

test('hashing.profile=strong: new codes and every password at its next use cost 64 MiB, what was made before still opens', async () => {
  const person = await here.acme.person();
  await here.set(['hashing.profile=strong']);
  expect(await lastAudited()).toBe('hashing.profile');
  const lost = here.visitor();
  await lost.lostDevice(person);
  expect((await lost.submit({ backup_code: person.codes[0] ?? '' })).step).toBe('enrol');
  const { memoryKib, iterations, parallelism } = hashingProfiles.strong;
  const [stored] = await rows<{ phc: string }>('select phc from password_credential where user_id = $1', person.id);
  expect(stored?.phc).toContain(`m=${memoryKib},t=${iterations},p=${parallelism}$`);

  await here.acme.storage.stores.backupCodes.end(here.acme.realm.id, person.id, 'revoked');
  const at = here.visitor();
  const [code = ''] = codesOn(await signIn(at, person));
  expect(placeOf(await at.submit({ confirm_code: code }))).toBe('app');
  expect(
    await rows(
      `select memory_kib as "memoryKib", iterations, parallelism from backup_code_set where user_id = $1 and state = 'active'`,
      person.id,
    ),
  ).toEqual([{ memoryKib, iterations, parallelism }]);
  await here.set(['hashing.profile=']);
});
