import type { Json } from '@sparekey/scim';
import { enterprise, patchOp, userSchema } from '../../../src/testing/directory.ts';
import { type Requirement, refused, useDirectory } from './requirement.ts';

const here = useDirectory();

const protocol: Requirement[] = [
  [
    '7644 3.5.1',
    'PUT replaces, and creates nothing',
    async () => refused(await here.directory.put('/Users/unknown', here.user()), 404),
  ],
  [
    '7644 3.5.2',
    'a PATCH needs its schema and an operation',
    async () => {
      const { id } = await here.person();
      for (const body of [
        { Operations: [{ op: 'add', value: {} }] },
        { schemas: [patchOp] },
        { schemas: [patchOp], Operations: [] },
      ] as Json[])
        refused(await here.directory.send('PATCH', `/Users/${id}`, body), 400, 'invalidSyntax');
    },
  ],
  [
    '7644 3.5.2.1',
    'adding what is there changes no lastModified',
    async () => {
      const made = await here.person({ title: 'T' });
      expect(
        (await here.directory.patch(`/Users/${made.id}`, [{ op: 'add', path: 'title', value: 'T' }])).body.meta,
      ).toEqual(made.meta);
    },
  ],
  [
    '7644 3.5.2.2',
    'remove without a path is noTarget; of a required attribute mutability',
    async () => {
      const { id } = await here.person();
      refused(await here.directory.patch(`/Users/${id}`, [{ op: 'remove' }]), 400, 'noTarget');
      refused(await here.directory.patch(`/Users/${id}`, [{ op: 'remove', path: 'userName' }]), 400, 'mutability');
    },
  ],
  [
    '7644 3.5.2.3',
    'replace where no element fits is noTarget',
    async () => {
      const { id } = await here.person();
      refused(
        await here.directory.patch(`/Users/${id}`, [
          { op: 'replace', path: 'emails[type eq "fax"].value', value: 'x' },
        ]),
        400,
        'noTarget',
      );
    },
  ],
  [
    '7644 3.5.2.3',
    'a new primary ends the former one',
    async () => {
      const { id } = await here.person({ emails: [{ value: 'one@x.example', type: 'work', primary: true }] });
      const { body } = await here.directory.patch(`/Users/${id}`, [
        { op: 'add', path: 'emails', value: [{ value: 'two@x.example', type: 'home', primary: true }] },
      ]);
      expect(body.emails.map(({ primary }: { primary: boolean }) => primary)).toEqual([false, true]);
    },
  ],
  [
    '7644 3.6',
    'a deleted resource is gone for every verb and every search',
    async () => {
      const made = await here.person();
      expect((await here.directory.send('DELETE', `/Users/${made.id}`)).status).toBe(204);
      for (const answer of [
        await here.directory.get(`/Users/${made.id}`),
        await here.directory.put(`/Users/${made.id}`, here.user()),
        await here.directory.send('DELETE', `/Users/${made.id}`),
      ])
        expect(answer.status).toBe(404);
      expect((await here.directory.get(`/Users?filter=userName eq "${made.userName}"`)).body.totalResults).toBe(0);
    },
  ],
  [
    '7644 3.7',
    'a bulk answers each operation with status, location and version',
    async () => {
      const { body } = await here.directory.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'q', data: here.user() }],
      });
      expect(body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
        Operations: [
          {
            method: 'POST',
            bulkId: 'q',
            location: expect.stringContaining('/Users/'),
            version: 'W/"1"',
            status: '201',
          },
        ],
      });
    },
  ],
  [
    '7644 3.8',
    'both media types are taken, others are 415',
    async () => {
      for (const type of ['application/scim+json', 'application/json'])
        expect((await here.directory.post('/Users', here.user(), { 'content-type': type })).status).toBe(201);
      refused(await here.directory.post('/Users', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415);
    },
  ],
  [
    '7644 3.9',
    'attributes and excludedAttributes choose; id is always there',
    async () => {
      const made = await here.person({ title: 'T' });
      expect((await here.directory.get(`/Users/${made.id}?attributes=title`)).body).toEqual({
        schemas: [userSchema],
        id: made.id,
        title: 'T',
      });
      expect((await here.directory.get(`/Users/${made.id}?excludedAttributes=title,id`)).body).toMatchObject({
        id: made.id,
        userName: made.userName,
      });
    },
  ],
  [
    '7644 3.10',
    'an attribute is named by its URN too',
    async () => {
      const made = await here.person({ [enterprise]: { employeeNumber: 'E7' } });
      expect(
        (await here.directory.get(`/Users?filter=${enterprise}:employeeNumber eq "E7"`)).body.Resources[0].id,
      ).toBe(made.id);
    },
  ],
  [
    '7644 3.11',
    '/Me without a person behind the token is 501',
    async () => refused(await here.directory.get('/Me'), 501),
  ],
  [
    '7644 3.12',
    'a body that is no JSON is invalidSyntax, in the words of SCIM, and is not repeated',
    async () => {
      const answer = await here.directory.post('/Users', '{"password":"hunter2"');
      refused(answer, 400, 'invalidSyntax');
      expect(answer.text).not.toContain('hunter2');
    },
  ],
  [
    '7644 3.14',
    'If-Match that does not fit is 412',
    async () => {
      const { id } = await here.person();
      refused(await here.directory.send('DELETE', `/Users/${id}`, undefined, { 'if-match': 'W/"99"' }), 412);
    },
  ],
  ['7644 4', 'discovery takes no filter', async () => refused(await here.directory.get('/Schemas?filter=id pr'), 403)],
  [
    '7644 4',
    'discovery answers GET alone',
    async () => refused(await here.directory.post('/ServiceProviderConfig', {}), 405),
  ],
  [
    '7644 7.5.2',
    'a secret cannot be searched for',
    async () => refused(await here.directory.get('/Users?filter=password sw "a"'), 400, 'invalidFilter'),
  ],
  [
    '9865 2',
    'cursors are asked for with an empty one and are named in nextCursor',
    async () => {
      const { body } = await here.directory.get('/Users?cursor=&count=1');
      expect(body).toMatchObject({ nextCursor: expect.any(String), itemsPerPage: 1 });
      expect(body).not.toHaveProperty('startIndex');
    },
  ],
  [
    '9865 2.1',
    'a cursor that is none is invalidCursor',
    async () => refused(await here.directory.get('/Users?cursor=x'), 400, 'invalidCursor'),
  ],
];

test.each(protocol)('RFC %s: %s', (_rfc, _requires, shows) => shows());
