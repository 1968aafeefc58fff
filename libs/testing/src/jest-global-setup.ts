import type { TestPostgres } from './test-postgres.ts';

/** Where teardown finds the server; absent when the test runner's own is used. */
export const held = globalThis as { sparekeyTestPostgres?: TestPostgres };

/** One PostgreSQL for the run: the one that the test runner started, or one of its own when jest was called by hand. */
export default async function setup(): Promise<void> {
  if (process.env.SPAREKEY_TEST_POSTGRES) return;
  // Storage and migrations are loaded only when there is something to start.
  const { startTestPostgres } = await import('./test-postgres.ts');
  held.sparekeyTestPostgres = await startTestPostgres();
  process.env.SPAREKEY_TEST_POSTGRES = held.sparekeyTestPostgres.url;
}
