import { migrate as migrateDatabase } from '@sparekey/storage';
import type { Command } from '../command.ts';
import { withDatabaseUrl } from '../session.ts';

export const migrate: Command = {
  name: 'migrate',
  operands: [],
  summary: 'Brings the database to the newest schema',
  details: ['Forward only, and safe while other processes do the same. Back up first.'],
  options: {},
  async run({ output }) {
    await withDatabaseUrl((url) => migrateDatabase(url));
    output.print(output.json ? JSON.stringify({ migrated: true }) : 'The database has the newest schema.');
    return 0;
  },
};
