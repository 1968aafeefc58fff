import { held } from './jest-global-setup.ts';

export default async function teardown(): Promise<void> {
  await held.sparekeyTestPostgres?.stop();
}
