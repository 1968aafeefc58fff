import { describeSettings, printableSettings } from './describe.ts';
import { loadSettings } from './load.ts';

test('every setting is described, and the described default of a fixed value is the real one', () => {
  const defaults = loadSettings({});
  const described = Object.fromEntries(describeSettings().map((one) => [one.name, one]));
  expect(described.SPAREKEY_PORT?.default).toBe(String(defaults.port));
  expect(described.SPAREKEY_MANAGEMENT_PORT?.default).toBe(String(defaults.managementPort));
  expect(described.SPAREKEY_DATABASE_POOL_SIZE?.default).toBe(String(defaults.databasePoolSize));
  expect(described.SPAREKEY_DEMO_RP_PORT?.default).toBe(String(defaults.demoRpPort));
  expect(described.SPAREKEY_LOG_LEVEL?.default).toBe(defaults.logLevel);
  for (const one of Object.values(described)) expect(one.description).toMatch(/\.$/);
});

test('printing the settings tells what is in force and shows no secret', () => {
  const printed = printableSettings({
    DATABASE_URL: 'postgres://sparekey:canary@db/sparekey',
    SPAREKEY_MASTER_KEY: 'canary',
    SPAREKEY_PORT: '8443',
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: 'ci',
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: 'canary-secret',
  });
  expect(JSON.stringify(printed)).not.toContain('canary');
  expect(printed).toContainEqual({ name: 'DATABASE_URL', value: '(set)', given: true });
  expect(printed).toContainEqual({ name: 'SPAREKEY_PORT', value: '8443', given: true });
  expect(printed).toContainEqual({ name: 'SPAREKEY_URL', value: 'http://localhost:8443', given: false });
  expect(printed).toContainEqual({ name: 'SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD', value: '(none)', given: false });
});
