import { addScimConnection, isOfKind, openSeconds, type ScimConnection } from '@sparekey/provisioning';
import { race } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let opened: TestStorage;

beforeAll(async () => {
  opened = await openTestStorage();
});
afterAll(() => opened.close());

async function addTarget(): Promise<ScimConnection<'target'>> {
  const { id } = await addRealm(opened.storage);
  const draft = {
    name: 'crm',
    kind: 'target',
    profile: 'strict',
    settings: { baseUrl: 'https://crm.example' },
  } as const;
  const connection = await opened.storage.transaction((stores) =>
    addScimConnection(stores, id, { ...draft, secret: 'x' }, { kind: 'operator', name: 'olga' }),
  );
  if (!isOfKind(connection, 'target')) throw new Error('a target');
  return connection;
}

// Each of a burst once doubled the wait: a second without network, with 32 requests on their way, closed a target for an
// hour.
test('requests that fail together have everyone wait once, as long as after the first five', async () => {
  const { pace, queue } = opened.storage.scim;
  const connection = await addTarget();
  await queue.schedule(connection, [{ kind: 'user', localId: connection.id }]);
  const waits: number[] = [];
  await race(32, async (_, barrier) => {
    await barrier();
    await pace.failed(connection, (failures) => {
      waits.push(failures);
      return openSeconds(failures, 0.999_999);
    });
  });
  expect(waits).toEqual([1, 2, 3, 4, 5]);
  expect((await pace.get(connection)).failures).toBe(5);
  expect(await queue.claim(connection, 1, 60)).toEqual([]);
  const row = await opened.storage.database.row<{ seconds: number }>({
    name: 'test_wait',
    text: `select extract(epoch from not_before - now())::float8 as seconds from scim_pace where connection_id = $1`,
    values: [connection.id],
  });
  expect(row?.seconds).toBeGreaterThan(0);
  expect(row?.seconds).toBeLessThanOrEqual(5);
});

test('a failure after the wait has everyone wait longer, and a write that is taken ends the row of failures', async () => {
  const { pace } = opened.storage.scim;
  const connection = await addTarget();
  const failures: number[] = [];
  const fail = () =>
    pace.failed(connection, (inARow) => {
      failures.push(inARow);
      return 0;
    });
  for (let n = 0; n < 6; n += 1) await fail();
  await pace.told(connection, 'ok');
  await fail();
  expect(failures).toEqual([1, 2, 3, 4, 5, 6, 1]);
  expect(await pace.told(connection, 'refused')).toEqual({ writes: 2, refused: 1 });
});
