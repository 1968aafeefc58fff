import { join } from 'node:path';

const root = import.meta.dirname;

/** Jest configuration of one project; `database: true` gives its test files a PostgreSQL with a migrated template. */
export function project({ database = false, timeoutSeconds = 30 } = {}) {
  return {
    testMatch: ['**/*.test.ts'],
    testEnvironment: 'node',
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': join(root, 'tools/jest-transform.cjs') },
    testTimeout: timeoutSeconds * 1000,
    maxWorkers: database ? 1 : 2,
    reporters: ['default', join(root, 'tools/test/result-reporter.mjs')],
    ...(database
      ? {
          globalSetup: join(root, 'libs/testing/src/jest-global-setup.ts'),
          globalTeardown: join(root, 'libs/testing/src/jest-global-teardown.ts'),
        }
      : {}),
  };
}
