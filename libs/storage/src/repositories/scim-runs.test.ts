import {
  addScimConnection,
  askForSurvey,
  beginRun,
  isOfKind,
  noCounts,
  type ScimConnection,
} from '@sparekey/provisioning';
import { race } from '../../../testing/src/index.ts';
import { addRealm, addUser, openTestStorage, type TestStorage } from '../../test/fixtures.ts';

let opened: TestStorage;

beforeAll(async () => {
  opened = await openTestStorage({ poolSize: 16 });
});
afterAll(() => opened.close());

const actor = { kind: 'operator', name: 'olga' } as const;

async function addTarget(people: number): Promise<ScimConnection<'target'>> {
  const { id } = await addRealm(opened.storage);
  for (let n = 0; n < people; n += 1) await addUser(opened.storage, id);
  const settings = { baseUrl: 'https://crm.example', maxInFlight: 10 };
  const draft = { name: 'crm', kind: 'target', profile: 'strict', settings, secret: 'x' } as const;
  const connection = await opened.storage.transaction((stores) => addScimConnection(stores, id, draft, actor));
  if (!isOfKind(connection, 'target')) throw new Error('a target');
  return connection;
}

test('a full run ends when everybody it marked was looked at, and tells what was done and what failed', async () => {
  const { queue, runs, journal } = opened.storage.scim;
  const connection = await addTarget(4);
  const scheduled = await queue.scheduleAll(connection);
  const { id } = await runs.begin(connection, { kind: 'full', askedBy: 'olga', scheduled });
  expect(await runs.settle()).toBe(0);
  expect(await runs.remaining(connection, id)).toBe(4);
  const tasks = await queue.claim(connection, 4, 60);
  const [created, same, refused, later] = tasks;
  if (!created || !same || !refused || !later) throw new Error('four tasks');
  const event = { kind: 'user', localId: created.localId, remoteId: '1' } as const;
  await journal.add(connection, [
    { ...event, action: 'created' },
    { ...event, action: 'updated' },
  ]);
  await queue.done(connection, created);
  await queue.done(connection, same);
  await queue.failed(connection, refused, { failure: 'rejected', why: 'no name', next: 'dead', counts: true });
  await journal.add(connection, [{ kind: 'user', localId: refused.localId, action: 'failed', failure: 'rejected' }]);
  expect(await runs.settle()).toBe(0);
  const next = new Date(Date.now() + 3_600_000);
  await queue.failed(connection, later, { failure: 'server', why: 'answered 500', next, counts: true });
  expect(await runs.remaining(connection, id)).toBe(0);
  expect(await runs.settle()).toBe(1);
  expect(await runs.settle()).toBe(0);
  const ended = await runs.get(connection, id);
  expect(ended).toMatchObject({ state: 'done', scheduled: 4, endedAt: expect.any(Date) });
  expect(ended?.outcome.problems).toEqual([
    { kind: 'user', localId: refused.localId, remoteId: '', failure: 'rejected', why: 'no name' },
    { kind: 'user', localId: later.localId, remoteId: '', failure: 'server', why: 'answered 500' },
  ]);
  expect(ended?.outcome.counts).toEqual({
    ...noCounts(),
    read: 4,
    created: 1,
    unchanged: 1,
    failed: { rejected: 1, server: 1 },
  });
});

test('a full run does not wait for what is marked after it: only for whom it marked, however often they are marked again', async () => {
  const { queue, runs } = opened.storage.scim;
  const connection = await addTarget(2);
  const { id } = await opened.storage.transaction((stores) => beginRun(stores, connection, actor));
  const [first, second] = await queue.claim(connection, 2, 60);
  if (!first || !second) throw new Error('two tasks');
  await queue.done(connection, first);
  await queue.schedule(connection, [first, second]);
  expect(await runs.remaining(connection, id)).toBe(1);
  await queue.done(connection, second);
  expect(await runs.settle()).toBe(0);
  const [late, again] = (await queue.claim(connection, 2, 60)).toSorted((a) => (a.localId === first.localId ? -1 : 1));
  if (!late || !again) throw new Error('two tasks more');
  await queue.done(connection, again);
  expect(await runs.remaining(connection, id)).toBe(0);
  expect(await runs.settle()).toBe(1);
  expect(await queue.counts(connection)).toMatchObject({ open: 1 });
});

test('of sixteen that ask for a reading of a connection at once one begins it; the others are told that one is under way', async () => {
  const { runs } = opened.storage.scim;
  const connection = await addTarget(0);
  const { fulfilled, rejected } = await race(16, async (_, barrier) => {
    await barrier();
    return runs.begin(connection, { kind: 'pull', askedBy: 'olga', state: 'asked' });
  });
  expect(fulfilled).toHaveLength(1);
  expect(rejected.every((error) => (error as { code?: string }).code === 'conflict')).toBe(true);
  const [begun] = fulfilled;
  expect(await runs.openReading(connection)).toEqual(begun);
});

test('a run of a connection that is disabled ends as failed, whatever it is of', async () => {
  const { queue, runs } = opened.storage.scim;
  const connection = await addTarget(1);
  const scheduled = await queue.scheduleAll(connection);
  await runs.begin(connection, { kind: 'full', askedBy: 'olga', scheduled });
  await runs.begin(connection, { kind: 'pull', askedBy: 'olga', state: 'asked' });
  await opened.storage.stores.scimConnections.move(connection.realmId, connection.id, 'disabled');
  expect(await runs.settle()).toBe(2);
  const why = 'the connection is disabled';
  expect(await runs.list(connection, 5)).toMatchObject([
    { kind: 'pull', state: 'failed', why },
    { kind: 'full', state: 'failed', why },
  ]);
});

test('of sixteen workers that take a survey at once one has it, and whoever was silent too long writes nothing of it', async () => {
  const { runs, surveys } = opened.storage.scim;
  const connection = await addTarget(2);
  const { id: runId } = await runs.begin(connection, { kind: 'drift', askedBy: 'olga', state: 'asked' });
  await expect(runs.begin(connection, { kind: 'preview', askedBy: 'olga' })).rejects.toMatchObject({
    code: 'conflict',
  });
  const asked = { realmId: connection.realmId, connectionId: connection.id, runId };
  expect(await surveys.due('target')).toEqual([asked]);
  const { fulfilled } = await race(16, async (_, barrier) => {
    await barrier();
    return surveys.take(asked, 60);
  });
  const [first, ...others] = fulfilled.filter((taken) => taken !== undefined);
  if (first === undefined) throw new Error('one has it');
  expect(others).toEqual([]);
  await opened.storage.database.count({
    name: 'test_survey_silent',
    text: `update scim_run set lease_until = now() - interval '1 second' where id = $1`,
    values: [runId],
  });
  const second = await surveys.take(asked, 60);
  if (second === undefined) throw new Error('it was free');
  const [subject] = await surveys.subjects(connection, undefined, 1);
  if (subject === undefined) throw new Error('somebody');
  const place = { kind: subject.kind, cursor: subject.localId };
  const step = (read: number) => ({
    outcome: { counts: { ...noCounts(), read }, problems: [] },
    place,
    findings: [{ ...subject, what: 'missing' as const, attributes: [] }],
    repairs: [],
  });
  expect(await surveys.keep(connection, second, step(1))).toBe(true);
  expect(await surveys.keep(connection, first, step(9))).toBe(false);
  expect(await surveys.renew(first, 60)).toBeUndefined();
  await surveys.walked(first);
  expect(await runs.get(connection, runId)).toMatchObject({
    state: 'running',
    place,
    outcome: { counts: { read: 1 } },
  });
  await surveys.walked(second);
  expect(await runs.get(connection, runId)).toMatchObject({ state: 'done', place: undefined });
  expect(await surveys.findings(connection, runId, undefined, 5)).toEqual([
    { ...subject, what: 'missing', attributes: [], remoteId: undefined, failure: undefined, why: undefined },
  ]);
});

test.each(['paused', 'quarantined', 'disabled'] as const)(
  'nothing is begun for a target that is %s: the reason is told, nobody is marked, and the trail tells of nothing',
  async (state) => {
    const { storage } = opened;
    const { realmId, id } = await addTarget(1);
    await storage.stores.scimConnections.move(realmId, id, state, 'because');
    const connection = await storage.stores.scimConnections.byId(realmId, id);
    if (connection === undefined) throw new Error('a connection');
    const refused = { code: 'conflict', message: expect.stringContaining(`crm is ${state}: because`) };
    await expect(storage.transaction((stores) => beginRun(stores, connection, actor))).rejects.toMatchObject(refused);
    const asked = storage.transaction((stores) => askForSurvey(stores, connection, { kind: 'drift' }, actor));
    await expect(asked).rejects.toMatchObject(refused);
    expect(await storage.scim.runs.list(connection, 5)).toEqual([]);
    expect(await storage.scim.queue.counts(connection)).toMatchObject({ open: 0 });
    const events = await storage.auditReader.list(realmId, { limit: 10 });
    expect(events.filter(({ type }) => type === 'scim_run.asked')).toEqual([]);
  },
);

test('runs go with what they found 90 days after their end; one that is under way stays', async () => {
  const { runs, surveys } = opened.storage.scim;
  const connection = await addTarget(1);
  const ended = await runs.begin(connection, { kind: 'drift', askedBy: 'olga' });
  const taken = await surveys.take({ realmId: connection.realmId, connectionId: connection.id, runId: ended.id }, 60);
  const [subject] = await surveys.subjects(connection, undefined, 1);
  if (taken === undefined || subject === undefined) throw new Error('a survey of somebody');
  const finding = { ...subject, what: 'missing' as const, attributes: [] };
  const step = { outcome: ended.outcome, place: undefined, findings: [finding], repairs: [] };
  await surveys.keep(connection, taken, step);
  await surveys.walked(taken);
  const open = await runs.begin(connection, { kind: 'full', askedBy: 'olga' });
  const age = (days: number) =>
    opened.storage.database.count({
      name: 'test_age',
      text: `update scim_run set began_at = now() - make_interval(days => $2),
               ended_at = case when ended_at is null then null else now() - make_interval(days => $2) end
             where connection_id = $1`,
      values: [connection.id, days],
    });
  await age(89);
  expect(await opened.storage.housekeeping.sweepScimRuns(100)).toBe(0);
  await age(91);
  expect(await opened.storage.housekeeping.sweepScimRuns(100)).toBe(1);
  expect((await runs.list(connection, 5)).map(({ id }) => id)).toEqual([open.id]);
  expect(await surveys.findings(connection, ended.id, undefined, 5)).toEqual([]);
});
