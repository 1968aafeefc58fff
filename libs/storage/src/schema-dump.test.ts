import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestStorage } from '../test/fixtures.ts';
import { dumpSchema } from './schema-dump.ts';

const file = join(import.meta.dirname, '..', 'schema.sql');

/** Set by `npm run schema`. */
const { writeSchema } = globalThis as { writeSchema?: boolean };

test('schema.sql is what the migrations make (npm run schema writes it)', async () => {
  const database = await openTestStorage();
  try {
    const dump = await dumpSchema(database.storage.database);
    if (writeSchema) await writeFile(file, dump);
    expect(dump).toBe(await readFile(file, 'utf8'));
  } finally {
    await database.close();
  }
});
