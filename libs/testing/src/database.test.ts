import pg from 'pg';
import { createTestDatabase, useTestDatabase } from './database.ts';

const database = useTestDatabase();

test('a file has a database of its own', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table mine ()');
  await client.end();
  const other = await createTestDatabase();
  const elsewhere = new pg.Client({ connectionString: other.url });
  await elsewhere.connect();
  await expect(elsewhere.query('table mine')).rejects.toThrow('does not exist');
  await elsewhere.end();
  await other.drop();
});

test('a connection that is left open fails the drop and is named, and the database is gone all the same', async () => {
  const leaky = await createTestDatabase();
  const client = new pg.Client({ connectionString: leaky.url, application_name: 'forgetful' });
  client.on('error', () => {});
  await client.connect();
  await client.query('select 4711');
  await expect(leaky.drop()).rejects.toThrow(/1 connection\(s\) were left open:\s+forgetful, idle: select 4711/);
  await expect(new pg.Client({ connectionString: leaky.url }).connect()).rejects.toThrow('does not exist');
});
