import { askForSurvey, isOfKind, previewPull, surveySource } from '@sparekey/provisioning';
import { type ListingSource, startListingSource } from '../../test/listing-source.ts';
import { group, person, SourceRealm } from '../../test/source-realm.ts';

let here: SourceRealm;
let there: ListingSource;

beforeAll(async () => {
  here = await SourceRealm.open();
});
afterAll(() => here.close());
beforeEach(async () => {
  there = await startListingSource();
  await here.begin();
});
afterEach(() => there.close());

const at = (day: number) => ({ meta: { lastModified: `2026-10-${String(day).padStart(2, '0')}T12:00:00Z` } });
const many = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1, at(1)));

describe('a preview of one person or group', () => {
  const preview = async (kind: 'user' | 'group', name: string) => {
    const { connection } = here;
    if (!isOfKind(connection, 'source')) throw new Error('a source');
    return previewPull(here.parts(), connection, { kind, name }, new AbortController().signal);
  };

  /** A preview of everybody, as a worker makes it. */
  const survey = async () => {
    const { scim, transaction } = here.storage;
    const operator = { kind: 'operator', name: 'ada' } as const;
    const run = await transaction((inside) => askForSurvey(inside, here.connection, { kind: 'preview' }, operator));
    expect(await scim.surveys.due('target')).toEqual([]);
    const due = (await scim.surveys.due('source')).find(({ runId }) => runId === run.id);
    if (due === undefined) throw new Error('a survey is due');
    await surveySource(here.parts(), due, new AbortController().signal);
    return scim.runs.get(here.connection, run.id);
  };

  test('tells what a reading would do, before and after, and writes nothing on either side', async () => {
    there.users = [person(1)];
    await here.source(there.url);
    const created = await preview('user', 'ADA-1');
    expect(created).toMatchObject({ remoteId: 'r1', end: { kind: 'done', done: 'created', leaves: false } });
    expect(created?.changes).toEqual(
      expect.arrayContaining([
        { attribute: 'userName', after: 'ada-1' },
        { attribute: 'name.familyName', after: 'Number 1' },
        { attribute: 'externalId', after: 'hr-1' },
      ]),
    );
    expect(await here.people()).toEqual([]);
    expect(await here.told()).not.toContain('scim.resource_created');
    await here.reads();
    there.users = [person(1, { active: false, name: { givenName: 'Ada', familyName: 'Changed' } })];
    there.groups = [group('g1', 'Staff', ['r1'])];
    expect(await preview('user', 'r1')).toEqual({
      remoteId: 'r1',
      end: { kind: 'done', done: 'updated', leaves: true },
      changes: [{ attribute: 'name.familyName', before: 'Number 1', after: 'Changed' }],
    });
    const staff = await preview('group', 'Staff');
    expect(staff).toMatchObject({ end: { done: 'created' } });
    expect(staff?.changes).toContainEqual({ attribute: 'members', after: expect.any(String) });
    expect(await preview('user', 'nobody')).toBeUndefined();
    expect(await here.people()).toMatchObject([{ lastName: 'Number 1' }]);
    expect(await here.groups()).toEqual([]);
  });

  test('tells why somebody would be left out, and that a source does not answer', async () => {
    there.users = [{ ...person(1), userName: ' ada-1' }];
    await here.source(there.url);
    expect(await preview('user', 'r1')).toMatchObject({ end: { kind: 'left out', failure: 'data' } });
    there.answers = () => ({ status: 503 });
    await expect(preview('user', 'r1')).rejects.toThrow('answered 503');
  });

  test('of everybody counts what a whole reading would do, the brake with it, and writes nothing', async () => {
    there.users = many(30);
    await here.source(there.url, { pageSize: 10 });
    await here.reads();
    there.users = [...many(12).slice(2), person(40), { ...person(41), userName: '' }];
    there.users[0] = person(3, { name: { givenName: 'Ada', familyName: 'Changed' } });
    there.groups = [group('g1', 'Staff', ['r3'])];
    expect(await survey()).toMatchObject({
      state: 'done',
      outcome: {
        total: 13,
        counts: { read: 13, created: 2, updated: 1, unchanged: 9, staged: 20, disabled: 0, failed: { data: 1 } },
      },
    });
    expect(await here.enabled()).toHaveLength(30);
    expect(await here.groups()).toEqual([]);
    expect(await here.tasks()).toEqual([]);
  });

  test.each(['index', 'cursor'] as const)(
    'of everybody goes through every page by %s, and tells how many there are',
    async (pages) => {
      there.pages = pages;
      there.users = many(25);
      await here.source(there.url, { pageSize: 10 });
      expect(await survey()).toMatchObject({
        state: 'done',
        outcome: { total: 25, counts: { read: 25, created: 25 } },
      });
    },
  );

  test('of everybody fails with the reason when the list goes in circles', async () => {
    there.pages = 'cursor';
    there.users = many(3);
    there.answers = ({ pathname }) =>
      pathname === '/Users'
        ? { status: 200, body: { Resources: there.users, nextCursor: there.asked.length % 2 === 0 ? 'a' : 'b' } }
        : undefined;
    await here.source(there.url);
    expect(await survey()).toMatchObject({ state: 'failed', why: 'gave a cursor again: its list has no end' });
  });
});
