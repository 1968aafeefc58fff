import { randomBytes } from 'node:crypto';
import type { PolicyInput } from '@sparekey/policy';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';
import { Chance } from './chance.ts';
import { PassingTime } from './passing-time.ts';
import { PostOffice } from './post-office.ts';
import { Settlers } from './settlers.ts';
import { Walker } from './walker.ts';
import { Wire } from './wire.ts';
import { strict, World } from './world.ts';

/** The same seed makes the same choices; what the product draws itself (ids, codes) differs. */
const seed = Number(process.env.SPAREKEY_WALK_SEED ?? randomBytes(4).readUInt32BE());
const steps = Number(process.env.SPAREKEY_WALK_STEPS ?? 20_000);

/** Attackers of a walk guess without end; what stops a network is tested where it is counted. */
const brief = { failures: 5, maxWaitSeconds: 60 };
const lockout = {
  networkFailuresPerHour: 100_000,
  password: brief,
  totp: brief,
  email: brief,
  sms: brief,
  backup_code: brief,
};
const messages = { codesPerNetworkPerHour: 10_000, mailsPerHour: 60, smsPerDay: 100, smsCountries: ['39'] };

const policies: PolicyInput[] = [
  { lockout, messages, trustedDevices: { days: 30 }, backupCodes: { lowThreshold: 7 } },
  {
    lockout,
    messages,
    secondFactor: { required: 'required', allowed: ['totp', 'webauthn', 'email', 'sms'] },
    recovery: { repair: 'require' },
  },
  {
    lockout,
    messages: { ...messages, smsCountries: [] },
    secondFactor: { allowed: ['totp', 'webauthn'] },
    backupCodes: { selection: 'numbered', lowThreshold: 7 },
    recovery: { whenMedium: 'nothing', whenHigh: 'approval' },
  },
];

let here: TestStorage;
let provider: HostedProvider;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here, { sms: true, trustedProxies: ['127.0.0.1', '::1'] });
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

test(`no walk of any browser through sign-in, recovery, reset and account gets anything without its proofs, and none ends in an error`, async () => {
  const wire = new Wire();
  const worlds: World[] = [];
  for (const [index, policy] of policies.entries()) {
    const realm = await addRealm(here.storage, `walk-${index}`, policy);
    const scopes = ['profile', 'email', 'phone', 'account'];
    await addClient(here.storage, realm, { clientId: 'app', scopes });
    await addClient(here.storage, realm, { clientId: 'other' });
    await addClient(here.storage, realm, { clientId: 'consent', consentRequired: true });
    const organization = await here.storage.stores.organizations.create({
      realmId: realm.id,
      name: 'Strict',
      alias: 'strict',
      enabled: true,
      domains: [],
      policy: strict,
      attributes: {},
    });
    worlds.push(new World(realm, organization.id));
  }
  const office = new PostOffice(here.storage);
  const settlers = new Settlers(here.storage, provider.engine, provider.origin);
  const time = await PassingTime.of(here.storage);
  const walkers = worlds.map(
    (world, index) =>
      new Walker({
        storage: here.storage,
        origin: provider.origin,
        wire,
        world,
        chance: new Chance(seed + index),
        office,
        settlers,
        time,
      }),
  );
  await Promise.all(
    walkers.map(async (walker, index) => {
      await walker.begin();
      for (let step = 0; step < steps / walkers.length; step += 1) {
        await walker.step().catch((cause: unknown) => {
          const told = `SPAREKEY_WALK_SEED=${seed}, realm ${index}; its last steps:\n${walker.record.join('\n')}`;
          throw new Error(`${cause instanceof Error ? cause.message : cause}\n${told}`, { cause });
        });
      }
    }),
  );
  wire.close();
  // A walk that got nowhere proves nothing.
  const met = new Set(walkers.flatMap((walker) => [...walker.met.keys()]));
  for (const state of [
    'identify',
    'password',
    'factor',
    'recovery',
    'enrol',
    'replenish',
    'action',
    'consent',
    'done',
    'denied',
  ])
    expect(met).toContain(`state ${state}`);
  for (const call of ['GET 200', 'POST 201', 'DELETE 204', 'POST 401', 'POST 403'])
    expect(met).toContain(`call ${call}`);
}, 900_000);
