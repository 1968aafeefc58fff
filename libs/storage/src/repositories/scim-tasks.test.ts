import { randomUUID } from 'node:crypto';
import { addScimConnection, isOfKind, type ScimConnection } from '@sparekey/provisioning';
import { race } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let opened: TestStorage;

beforeAll(async () => {
  opened = await openTestStorage({ poolSize: 16 });
});
afterAll(() => opened.close());

async function addTarget(maxInFlight: number): Promise<ScimConnection<'target'>> {
  const { id } = await addRealm(opened.storage);
  const settings = { baseUrl: 'https://crm.example', maxInFlight };
  const draft = { name: 'crm', kind: 'target', profile: 'strict', settings, secret: 'x' } as const;
  const connection = await opened.storage.transaction((stores) =>
    addScimConnection(stores, id, draft, { kind: 'operator', name: 'olga' }),
  );
  if (!isOfKind(connection, 'target')) throw new Error('a target');
  return connection;
}

const subjects = (count: number) =>
  Array.from({ length: count }, () => ({ kind: 'user' as const, localId: randomUUID() }));

test('of sixteen workers that claim at once each task has one, and no more are taken than the target bears', async () => {
  const { queue } = opened.storage.scim;
  const connection = await addTarget(10);
  await queue.schedule(connection, subjects(40));
  const { fulfilled } = await race(16, async (_, barrier) => {
    await barrier();
    return queue.claim(connection, 4, 60);
  });
  const taken = fulfilled.flat().map(({ localId }) => localId);
  expect(taken).toHaveLength(10);
  expect(new Set(taken).size).toBe(10);
});

test('a task whose worker is silent goes to another when its lease is over, and the first can write nothing more of it', async () => {
  const { queue } = opened.storage.scim;
  const connection = await addTarget(1);
  await queue.schedule(connection, subjects(1));
  const [first] = await queue.claim(connection, 1, 60);
  expect(await queue.claim(connection, 1, 60)).toEqual([]);
  await opened.storage.database.count({
    name: 'test_lease_over',
    text: `update scim_task set lease_until = now() - interval '1 second' where connection_id = $1`,
    values: [connection.id],
  });
  const [second] = await queue.claim(connection, 1, 60);
  if (first === undefined || second === undefined) throw new Error('two claims');
  expect(second.localId).toBe(first.localId);
  expect(await queue.renew(connection, first, 60)).toBe(false);
  await queue.done(connection, first);
  await queue.failed(connection, first, { failure: 'rejected', why: 'late', next: 'dead', counts: true });
  expect(await queue.counts(connection)).toMatchObject({ open: 1, dead: 0 });
  expect(await queue.renew(connection, second, 60)).toBe(true);
  await queue.done(connection, second);
  expect(await queue.counts(connection)).toMatchObject({ open: 0 });
});

test('what is marked again while it is looked at is looked at once more', async () => {
  const { queue } = opened.storage.scim;
  const connection = await addTarget(1);
  const [subject] = subjects(1);
  if (subject === undefined) throw new Error('a subject');
  await queue.schedule(connection, [subject]);
  const [task] = await queue.claim(connection, 1, 60);
  if (task === undefined) throw new Error('a task');
  await queue.schedule(connection, [subject]);
  await queue.done(connection, task);
  expect(await queue.claim(connection, 1, 60)).toMatchObject([{ ...subject, generation: task.generation + 1 }]);
});

test('a repair that is asked for while somebody is looked at is made afterwards, and once', async () => {
  const { queue } = opened.storage.scim;
  const connection = await addTarget(1);
  const [subject] = subjects(1);
  if (subject === undefined) throw new Error('a subject');
  const claim = async () => {
    const [task] = await queue.claim(connection, 1, 60);
    if (task === undefined) throw new Error('a task');
    return task;
  };
  await queue.schedule(connection, [subject]);
  const before = await claim();
  await queue.schedule(connection, [subject], { afresh: true });
  await queue.done(connection, before);
  const repair = await claim();
  await queue.done(connection, repair, new Date(0));
  expect([before, repair, await claim()].map(({ afresh }) => afresh)).toEqual([false, true, false]);
});
