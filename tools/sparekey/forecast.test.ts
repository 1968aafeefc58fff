import { randomBytes } from 'node:crypto';
import { policySchema } from '@sparekey/policy';
import { openStorage } from '@sparekey/storage';
import { commandLine } from './testing/command-line.ts';

const masterKey = randomBytes(32);
const cli = commandLine(masterKey);

/** More than one page of people, each with an authenticator app and no code; some belong to who allows none. */
beforeAll(async () => {
  const storage = await openStorage({ databaseUrl: cli.databaseUrl, masterKey, poolSize: 2 });
  const { realms, organizations } = storage.stores;
  const { id } = await realms.create({ name: 'acme', enabled: true, policy: policySchema.parse({}), attributes: {} });
  const { id: labs } = await organizations.create({
    realmId: id,
    name: 'Labs',
    alias: 'labs',
    enabled: true,
    domains: [],
    attributes: {},
    policy: { secondFactor: { allowed: ['webauthn'] } },
  });
  const run = (text: string, values: unknown[] = [id]) =>
    storage.database.count({ name: 'test_crowd', text, values, dynamic: true });
  await run(`insert into user_account (realm_id, username, username_norm, email_verified, phone_number_verified, enabled,
               attributes, required_actions)
             select $1, name, name, false, false, true, '{}', '{}'
             from generate_series(1, 1100) n, to_char(n, '"person-"FM0000') name`);
  await run(`insert into totp_authenticator (realm_id, user_id, label, secret_sealed, algorithm, digits, period_seconds,
               last_step, drift_steps, confirmed_at)
             select $1, id, 'Phone', '\\x00', 'sha1', 6, 30, 0, 0, now() from user_account where realm_id = $1`);
  await run(
    `insert into organization_member (realm_id, organization_id, user_id)
     select $1, $2, id from user_account where realm_id = $1 and username <= 'person-0010'`,
    [id, labs],
  );
  await storage.close();
});

const names = Array.from({ length: 1090 }, (_, index) => `person-${String(index + 11).padStart(4, '0')}`);

test('the forecast goes by the policy of each person’s organizations: a device that it does not allow is none', async () => {
  const { code, out } = await cli.run('recovery', 'forecast', 'acme', '--json');
  expect(code).toBe(0);
  const found = JSON.parse(out) as { username: string }[];
  expect(found.map(({ username }) => username)).toEqual(names);
  expect(found[0]).toEqual({
    userId: expect.any(String),
    username: 'person-0011',
    email: null,
    kind: 'totp',
    label: 'Phone',
    codes: 'none',
  });
});

test('every form of it is written page by page: as lines of its own, under one head', async () => {
  const csv = (await cli.run('recovery', 'forecast', 'acme', '--csv')).out.trimEnd().split('\n');
  expect(csv).toEqual(['user,email,device,name,codes', ...names.map((name) => `${name},,totp,Phone,none`)]);
  const [head, ...rows] = (await cli.run('recovery', 'forecast', 'acme')).out.trimEnd().split('\n');
  expect(head).toMatch(/^USER +EMAIL +DEVICE +NAME +CODES$/);
  expect(rows.map((row) => row.split(' ')[0])).toEqual(names);
  const none = await cli.run('recovery', 'forecast', 'nowhere', '--json');
  expect([none.code, none.out]).toEqual([1, '']);
});
