import { createTestDatabase, type TestDatabase } from '../../../testing/src/index.ts';
import { Database } from '../database/database.ts';
import { HotConnection } from './connection.ts';

let database: TestDatabase;
let operator: Database;
let sent: [string, number][] = [];
const open: HotConnection[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  operator = new Database({ url: database.url, poolSize: 1, applicationName: 'operator', onConnectionError: () => {} });
});

afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await operator.end();
  await database.drop();
});

function connect(durable = false, url = database.url): HotConnection {
  const onStatement = (name: string, seconds: number) => sent.push([name, seconds]);
  const connection = new HotConnection({ databaseUrl: url, durable, onStatement });
  open.push(connection);
  return connection;
}

const one = { name: 'one', text: 'select $1::int as one' };
const sleep = { name: 'sleep', text: 'select pg_sleep($1)' };

test('statements are sent without waiting for the answers of those before, and counted', async () => {
  const connection = connect();
  sent = [];
  const slow = connection.query(sleep, [0.2]);
  const answers = await Promise.all([1, 2, 3].map((value) => connection.query<{ one: number }>(one, [value])));
  expect(answers).toEqual([[{ one: 1 }], [{ one: 2 }], [{ one: 3 }]]);
  await slow;
  expect(sent.map(([name]) => name)).toEqual(['sleep', 'one', 'one', 'one']);
  expect(sent[0]?.[1]).toBeGreaterThan(0.19);
});

test('a failed statement fails its caller and nobody behind it', async () => {
  const connection = connect();
  const failed = connection.query({ name: 'wrong', text: 'select 1 / $1::int' }, [0]);
  const next = connection.query(one, [5]);
  await expect(failed).rejects.toMatchObject({ code: 'internal' });
  expect(await next).toEqual([{ one: 5 }]);
});

test('a durable connection waits for the disk, the other does not', async () => {
  const setting = { name: 'setting', text: `select current_setting('synchronous_commit') as value` };
  expect(await connect(true).query(setting, [])).toEqual([{ value: 'on' }]);
  expect(await connect(false).query(setting, [])).toEqual([{ value: 'off' }]);
});

test('a connection that is cut fails what is on it, and the next statement gets a new one', async () => {
  const connection = connect();
  await connection.query(one, [1]);
  const underway = connection.query(sleep, [30]);
  const cut = expect(underway).rejects.toMatchObject({ code: 'unavailable' });
  await operator.rows({
    name: 'cut',
    text: `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name = 'sparekey-hot' and query like '%pg_sleep%'`,
  });
  await cut;
  expect(await connection.query(one, [2])).toEqual([{ one: 2 }]);
});

test('while the server cannot be reached statements fail at once, with the time of the next try', async () => {
  const connection = connect(false, 'postgres://nobody@127.0.0.1:1/none');
  await expect(connection.query(one, [1])).rejects.toMatchObject({ code: 'unavailable' });
  await expect(connection.query(one, [1])).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
});

test('a closed connection refuses', async () => {
  const connection = connect();
  await connection.query(one, [1]);
  await connection.close();
  await expect(connection.query(one, [1])).rejects.toMatchObject({ code: 'unavailable' });
});
