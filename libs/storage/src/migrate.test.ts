import pg from 'pg';
import { createTestDatabase } from '../../testing/src/index.ts';

test('a test database answers', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  await database.drop();
});
