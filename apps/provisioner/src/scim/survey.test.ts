import { startStrictFront } from '../../test/strict-front.ts';
import { surveyedTarget } from '../../test/surveyed-target.ts';
import { aws, googleCloud, keycloak, plain, withoutPatch } from '../../test/target-rules.ts';

const PEOPLE = 30;
const world = surveyedTarget(PEOPLE);
const { work, survey, result, theirs, disable } = world;

/** Somebody with the rights of an administrator there: renames, deletes, lets in again, and takes out of a group. */
async function meddle(): Promise<void> {
  await disable('person-3');
  await work();
  Object.assign(theirs('person-1'), { name: { givenName: 'First', familyName: 'Mallory' }, title: 'Boss' });
  world.peer.users.delete(theirs('person-20').id);
  Object.assign(theirs('person-3'), { active: true });
  const [group] = [...world.peer.groups.values()];
  if (group !== undefined) group.members = (group.members as unknown[]).slice(1);
}

test('drift is told by names of attributes, and nothing is written to find it', async () => {
  await work();
  await meddle();
  // Names and addresses may be kept in small letters there.
  Object.assign(theirs('person-5'), {
    userName: 'PERSON-5',
    emails: [{ type: 'work', value: 'Person-5@acme.example', primary: true }],
  });
  const before = world.peer.requests();
  const { run, found } = await survey('drift');
  expect(found).toEqual({
    'person-1': ['differs', 'name'],
    'person-20': ['missing'],
    'person-3': ['lingers', 'active'],
    '/group-1': ['differs', 'members'],
  });
  expect(run).toMatchObject({ state: 'done', outcome: { total: PEOPLE + 1 } });
  expect(run.outcome.counts).toMatchObject({
    read: PEOPLE + 1,
    differing: 2,
    missing: 1,
    lingering: 1,
    unchanged: PEOPLE - 3,
  });
  expect(
    JSON.stringify(await world.storage.scim.surveys.findings(world.connection, run.id, undefined, 100)),
  ).not.toContain('Mallory');
  const asked = world.peer.requests();
  expect(asked).toEqual({ ...before, GET: (before.GET ?? 0) + PEOPLE + 1 });
});

test('a repair makes so again what drifted and touches nothing else; then nothing drifts', async () => {
  await work();
  await meddle();
  const { run: asked } = await survey('drift', true);
  expect(asked).toMatchObject({ state: 'running', scheduled: 4 });
  const before = world.peer.requests();
  await work();
  const { run } = await result(asked.id);
  expect(run).toMatchObject({
    state: 'done',
    outcome: { counts: { differing: 2, missing: 1, lingering: 1, repaired: 4 } },
  });
  // The group has a member too few, and one by an id that is no more: people came before it.
  expect(world.peer.requests()).toMatchObject({ POST: (before.POST ?? 0) + 1, PATCH: (before.PATCH ?? 0) + 3 });
  expect(theirs('person-1')).toMatchObject({ name: { familyName: 'person-1' }, title: 'Boss' });
  expect(theirs('person-3').active).toBe(false);
  const events = await world.storage.database.rows<{ action: string; n: number }>({
    name: 'test_events',
    text: `select action, count(*) as n from scim_event where connection_id = $1 and at >= $2 group by action order by action`,
    values: [world.connection.id, asked.beganAt],
  });
  expect(events).toEqual([
    { action: 'disabled', n: 1 },
    { action: 'repaired', n: 3 },
  ]);
  expect((await survey('drift')).found).toEqual({});
});

test('a repair lets nobody past the brake: whom it holds works there until an operator allows it', async () => {
  await work();
  await disable(...Array.from({ length: 12 }, (_, n) => `person-${n + 1}`));
  await work();
  const { run } = await survey('drift', true);
  expect(run.outcome.counts).toMatchObject({ lingering: 12 });
  await work();
  expect(await world.storage.scim.queue.counts(world.connection)).toMatchObject({ staged: 12, open: 0 });
  expect([...world.peer.users.values()].filter(({ active }) => active === true)).toHaveLength(PEOPLE);
  expect(await result(run.id)).toMatchObject({
    run: { state: 'done', outcome: { counts: { repaired: 0, staged: 12 } } },
  });
});

test('a preview tells what would be done, with what the brake would hold, and writes nothing there or here', async () => {
  const before = world.peer.requests();
  const first = await survey('preview');
  expect(first.run.outcome.counts).toMatchObject({ read: PEOPLE + 1, created: PEOPLE + 1, unchanged: 0 });
  await work();
  const made = world.peer.requests();
  await world.storage.database.count({
    name: 'test_rename',
    text: `update user_account set last_name = 'Else' where realm_id = $1 and username = 'person-20'`,
    values: [world.connection.realmId],
  });
  await disable(...Array.from({ length: 12 }, (_, n) => `person-${n + 1}`));
  const second = await survey('preview');
  expect(second.found).toMatchObject({ 'person-20': ['updated', 'displayName', 'name'], 'person-1': ['staged'] });
  expect(second.run.outcome.counts).toMatchObject({ updated: 1, staged: 12, unchanged: PEOPLE - 12 });
  // Only what the worker did between the two wrote anything.
  expect(before).toEqual({ ...before, GET: before.GET });
  expect({ ...world.peer.requests(), GET: 0 }).toEqual({ ...made, GET: 0 });
  expect(made.POST).toBe((before.POST ?? 0) + PEOPLE + 1);
});

test('a repair that the other side refuses is told as a failure, with whose it is', async () => {
  await work();
  world.peer.users.delete(theirs('person-1').id);
  // Somebody else took the name there, and may not be taken over.
  world.peer.users.set('there', { id: 'there', userName: 'person-1' });
  await world.storage.stores.scimConnections.update({
    ...world.connection,
    settings: { ...world.connection.settings, correlate: 'refuse' },
  });
  await work();
  const { run: asked } = await survey('drift', true);
  await work();
  const { run } = await result(asked.id);
  expect(run.outcome.counts).toMatchObject({ missing: 1, repaired: 0, failed: { conflict: 1 } });
  expect(run.outcome.problems).toMatchObject([
    { kind: 'user', failure: 'conflict', why: expect.stringContaining('there') },
  ]);
});

test.each([
  ['a plain target', 'strict', plain],
  ['AWS', 'aws', aws],
  ['Keycloak', 'keycloak', keycloak],
  ['Google Cloud', 'google_cloud', googleCloud],
  ['a target without PATCH', 'strict', withoutPatch],
] as const)('what %s was sent is no drift, however it tells of it', async (_, profile, rules) => {
  const front = await startStrictFront(world.peer.url, rules);
  try {
    const { connection } = world;
    const settings = { ...connection.settings, baseUrl: front.url };
    await world.storage.stores.scimConnections.update({ ...connection, profile, settings });
    await work();
    front.refused.length = 0;
    const { run, found } = await survey('drift');
    expect([front.refused, found]).toEqual([[], {}]);
    expect(run).toMatchObject({ state: 'done', outcome: { counts: { unchanged: PEOPLE + 1 } } });
  } finally {
    await front.close();
  }
});
