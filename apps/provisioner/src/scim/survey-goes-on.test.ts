import { surveyedTarget } from '../../test/surveyed-target.ts';

const PEOPLE = 30;
const world = surveyedTarget(PEOPLE);
const { work, ask, go, survey, result, theirs } = world;

test('a preview may come before a connection is active, and what it meets moves nothing of a paused one', async () => {
  const { stores } = world.storage;
  const { realmId, id } = world.connection;
  await stores.scimConnections.move(realmId, id, 'paused', 'not yet');
  const paused = await stores.scimConnections.byId(realmId, id);
  expect((await survey('preview')).run).toMatchObject({ state: 'done', outcome: { counts: { created: PEOPLE + 1 } } });
  await stores.scimConnections.setSecret(realmId, id, 'wrong');
  expect((await survey('preview')).run).toMatchObject({ state: 'failed', why: expect.stringContaining('401') });
  expect(await stores.scimConnections.byId(realmId, id)).toEqual(paused);
  await expect(ask('drift')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('paused') });
});

test('credentials that are refused end a survey with the reason and put the target into quarantine', async () => {
  await work();
  await world.storage.stores.scimConnections.setSecret(world.connection.realmId, world.connection.id, 'wrong');
  const { run } = await survey('drift');
  expect(run).toMatchObject({ state: 'failed', why: expect.stringContaining('401') });
  const quarantined = await world.storage.stores.scimConnections.byId(world.connection.realmId, world.connection.id);
  expect(quarantined?.state).toBe('quarantined');
});

test('an outage is no word on anybody: the survey waits, and goes on where it was', async () => {
  await work();
  world.peer.users.delete(theirs('person-2').id);
  const { id } = await ask('drift');
  world.proxy.down = true;
  await go(id);
  expect(await result(id)).toMatchObject({ run: { state: 'running' }, found: {} });
  expect(await world.storage.scim.surveys.due('target')).toEqual([]);
  world.proxy.down = false;
  await world.storage.database.count({
    name: 'test_over',
    text: `update scim_run set lease_until = now() - interval '1 second' where id = $1`,
    values: [id],
  });
  await go(id);
  expect(await result(id)).toMatchObject({ run: { state: 'done' }, found: { 'person-2': ['missing'] } });
});

/** Requests of a survey so far, and what happens at one of them. */
function counted(at: number, happens: () => unknown) {
  const known = world.parts();
  const seen = { asked: 0 };
  const open: typeof known.open = async (...given) => {
    const send = await known.open(...given);
    return async (request) => {
      seen.asked += 1;
      if (seen.asked === at) await happens();
      return send(request);
    };
  };
  return { seen, open };
}

test('a survey that is cut off goes on after whom it wrote down last, and asks nobody before again', async () => {
  await work();
  const { id } = await ask('drift');
  const stop = new AbortController();
  await go(id, { open: counted(28, () => stop.abort()).open }, stop.signal);
  expect(await result(id)).toMatchObject({ run: { state: 'running', outcome: { counts: { read: 25 } } } });
  expect(await world.storage.scim.surveys.due('target')).toHaveLength(1);
  const { seen, open } = counted(0, () => {});
  await go(id, { open });
  expect(seen.asked).toBe(PEOPLE + 1 - 25);
  expect(await result(id)).toMatchObject({ run: { state: 'done', outcome: { counts: { read: PEOPLE + 1 } } } });
});

test('a pause that the other side asked for holds a survey at its next request; it goes on afterwards', async () => {
  const { id } = await ask('preview');
  const { pace } = world.storage.scim;
  const { seen, open } = counted(5, () => pace.pause(world.connection, new Date(Date.now() + 3_600_000)));
  await go(id, { open });
  expect(seen.asked).toBe(5);
  expect(await result(id)).toMatchObject({ run: { state: 'running' } });
  expect(await world.storage.scim.surveys.due('target')).toEqual([]);
});

test.each(['quarantined', 'disabled'] as const)(
  'a target that is %s meanwhile is asked nothing more, and the survey says why it ended',
  async (state) => {
    const { id } = await ask('preview');
    const { realmId, id: connectionId } = world.connection;
    const { seen, open } = counted(5, () => world.storage.stores.scimConnections.move(realmId, connectionId, state));
    await go(id, { open });
    expect(seen.asked).toBe(5);
    expect(await result(id)).toMatchObject({ run: { state: 'failed', why: `the connection is ${state}` } });
  },
);
