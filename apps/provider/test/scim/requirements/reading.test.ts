import { userSchema } from '../../../src/testing/directory.ts';
import { listSchema, type Requirement, refused, useDirectory } from './requirement.ts';

const here = useDirectory();

const protocol: Requirement[] = [
  [
    '7644 2',
    'who shows no token is asked for one',
    async () => {
      const answer = await here.directory.get('/Users', { authorization: '' });
      refused(answer, 401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    },
  ],
  [
    '7644 3.1',
    'what is readOnly in a request is ignored',
    async () => {
      const made = await here.person();
      expect(
        (await here.directory.put(`/Users/${made.id}`, { ...made, groups: [{ value: 'x' }], id: 'other' })).status,
      ).toBe(200);
    },
  ],
  [
    '7644 3.3',
    'POST answers 201 with Location and the resource',
    async () => {
      const answer = await here.directory.post('/Users', here.user());
      expect([answer.status, answer.headers.get('location')]).toEqual([201, answer.body.meta.location]);
    },
  ],
  [
    '7644 3.4.1',
    'GET of an unknown id is 404 in the words of SCIM',
    async () => refused(await here.directory.get('/Users/unknown'), 404),
  ],
  [
    '7644 3.4.2',
    'a search answers a ListResponse, also for nothing',
    async () => {
      const { body } = await here.directory.get('/Users?filter=userName eq "nobody"');
      expect(body).toEqual({ schemas: [listSchema], totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] });
    },
  ],
  [
    '7644 3.4.2.1',
    'a search of the root finds resources of every type',
    async () => {
      const [made, group] = [
        await here.person({ externalId: 'root-search' }),
        await here.directory.group(here.name(), [], { externalId: 'root-search' }),
      ];
      const { body } = await here.directory.get('?filter=externalId eq "root-search"');
      expect(body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual([made.id, group.id].sort());
    },
  ],
  [
    '7644 3.4.2.2',
    'a filter that makes no sense is invalidFilter',
    async () => refused(await here.directory.get('/Users?filter=userName xx "a"'), 400, 'invalidFilter'),
  ],
  [
    '7644 3.4.2.3',
    'results are sorted by what is asked for',
    async () => {
      const [a, b] = [
        await here.person({ externalId: 'sorted', title: 'B' }),
        await here.person({ externalId: 'sorted', title: 'a' }),
      ];
      const { body } = await here.directory.get('/Users?filter=externalId eq "sorted"&sortBy=title');
      expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([b.id, a.id]);
    },
  ],
  [
    '7644 3.4.2.4',
    'startIndex counts from 1, and less is 1; a count below 0 is 0',
    async () => {
      expect((await here.directory.get('/Users?startIndex=0&count=1')).body).toMatchObject({
        startIndex: 1,
        itemsPerPage: 1,
      });
      expect((await here.directory.get('/Users?count=-1')).body.Resources).toEqual([]);
    },
  ],
  [
    '7644 3.4.3',
    'POST to .search is a search',
    async () => {
      const made = await here.person();
      const search = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter: `id eq "${made.id}"`,
        attributes: ['userName'],
      };
      for (const path of ['/.search', '/Users/.search'])
        expect((await here.directory.post(path, search)).body.Resources).toEqual([
          { schemas: [userSchema], id: made.id, userName: made.userName },
        ]);
    },
  ],
];

test.each(protocol)('RFC %s: %s', (_rfc, _requires, shows) => shows());
