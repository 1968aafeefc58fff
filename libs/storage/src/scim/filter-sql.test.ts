import type { ScimReach } from '@sparekey/provisioning';
import {
  bindFilter,
  compareBy,
  evaluate,
  type JsonObject,
  parseFilter,
  type ResourceType,
  searchable,
  sortKey,
  userType,
} from '@sparekey/scim';
import fc from 'fast-check';
import { scimPeople } from '../../../testing/src/index.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../test/fixtures.ts';
import { addServer } from '../../test/scim.ts';
import { json } from '../database/json.ts';

const { filters, people } = scimPeople;

let opened: TestStorage;
let reach: ScimReach;

/** A type of the shape of User that is no account, so that any document can be one. */
const type: ResourceType = { ...userType, name: 'Person', endpoint: '/People' };

beforeAll(async () => {
  opened = await openTestStorage();
  reach = await addServer(opened.storage, (await addRealm(opened.storage)).id);
});
afterAll(() => opened.close());

type Crowd = Map<string, JsonObject>;

/** The documents as rows, in place of those before; answers them by id in the form that the evaluator sees. */
async function store(documents: readonly JsonObject[]): Promise<Crowd> {
  const { database } = opened.storage;
  await database.count({
    name: 'clear',
    text: 'delete from scim_resource where realm_id = $1',
    values: [reach.realmId],
  });
  const rows = await database.rows<{ id: string; n: number; modified: Date }>({
    name: 'fill',
    text: `insert into scim_resource (realm_id, connection_id, resource_type, external_id, data, search, modified_at)
           select $1, $2, 'Person', external_id, data, search, modified_at
           from jsonb_to_recordset($3) as given(external_id text, data jsonb, search jsonb, modified_at timestamptz)
           returning id, (data ->> 'n')::int as n, modified_at as modified`,
    values: [
      reach.realmId,
      reach.connectionId,
      json(
        documents.map((document, n) => {
          const { externalId, meta, ...data } = document as { externalId?: string; meta?: { lastModified?: string } };
          return {
            external_id: externalId,
            data: { n },
            search: searchable(type, data),
            modified_at: meta?.lastModified ?? '2020-01-01T00:00:00Z',
          };
        }),
      ),
    ],
  });
  return new Map(
    rows.map(({ id, n, modified }) => [
      id,
      searchable(type, { ...documents[n], id, meta: { lastModified: modified.toISOString() } }),
    ]),
  );
}

const crowds = fc.array(people, { minLength: 1, maxLength: 12 });

test('SQL finds exactly what the evaluator finds, for any people and any filter', async () => {
  await fc.assert(
    fc.asyncProperty(crowds, fc.array(filters, { minLength: 8, maxLength: 8 }), async (documents, texts) => {
      const crowd = await store(documents);
      for (const text of texts) {
        const filter = bindFilter(type, parseFilter(text));
        const { records, total } = await opened.storage.stores.scimResources.page(reach, type, { filter, limit: 100 });
        const expected = [...crowd].filter(([, document]) => evaluate(filter, document)).map(([id]) => id);
        expect({ text, found: records.map(({ id }) => id).sort() }).toEqual({ text, found: expected.sort() });
        expect(total).toBe(expected.length);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('SQL sorts as the comparison does, and pages by cursor meet every one once in that order', async () => {
  const keys = fc.constantFrom(
    'userName',
    'name.familyName',
    'emails',
    'emails.type',
    'active',
    'meta.lastModified',
    'externalId',
  );
  await fc.assert(
    fc.asyncProperty(
      crowds,
      keys,
      fc.constantFrom('ascending', 'descending'),
      fc.integer({ min: 1, max: 5 }),
      async (documents, by, order, limit) => {
        const crowd = await store(documents);
        const sort = sortKey(type, by, order);
        const met: string[] = [];
        let after: { value?: string; id: string } | undefined;
        do {
          const page = await opened.storage.stores.scimResources.page(reach, type, {
            sort,
            limit,
            ...(after ? { after } : {}),
          });
          met.push(...page.records.map(({ id }) => id));
          after = page.next;
        } while (after !== undefined && met.length <= crowd.size);
        expect(new Set(met).size).toBe(crowd.size);
        expect(met).toHaveLength(crowd.size);
        met.slice(1).forEach((id, at) => {
          expect(compareBy(sort, crowd.get(met[at] ?? '') ?? {}, crowd.get(id) ?? {})).toBeLessThanOrEqual(0);
        });
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('what a client wrote is never SQL', async () => {
  const crowd = await store([{ userName: "x'; drop table scim_resource; --", displayName: 'a?b $1 \\' }]);
  for (const text of [
    `userName eq "x'; drop table scim_resource; --"`,
    `displayName co "?b $1"`,
    `displayName ew "\\\\"`,
  ]) {
    const filter = bindFilter(type, parseFilter(text));
    const { total } = await opened.storage.stores.scimResources.page(reach, type, { filter, limit: 1 });
    expect(total).toBe(crowd.size);
  }
});
