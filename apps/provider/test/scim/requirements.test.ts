import type { Realm } from '@sparekey/realms';
import type { Json, JsonObject } from '@sparekey/scim';
import { type Answered, Directory, enterprise, groupSchema, patchOp, userSchema } from '../../src/testing/directory.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let directory: Directory;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  directory = await Directory.connect(here.storage, provider, realm);
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

let count = 0;
const name = () => `required-${++count}@example.com`;
const person = (more: JsonObject = {}) => directory.person(name(), more);
const user = (more: JsonObject = {}): JsonObject => ({ schemas: [userSchema], userName: name(), ...more });
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';
const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const refused = (answer: Answered, status: number, scimType?: string) =>
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      schemas: [errorSchema],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: expect.any(String),
    },
  ]);

/** Document and section, what it requires, and how that shows. */
type Requirement = [rfc: string, requires: string, shows: () => Promise<unknown>];

const schema: Requirement[] = [
  [
    '7643 2.1',
    'attribute names are case-insensitive',
    async () => {
      const made = await directory.post('/Users', {
        SCHEMAS: [userSchema],
        USERNAME: name(),
        Name: { GIVENNAME: 'G' },
      });
      expect([made.status, made.body.name]).toEqual([201, { givenName: 'G' }]);
    },
  ],
  [
    '7643 2.3.5',
    'a dateTime has its zone',
    async () => {
      const made = await person();
      for (const at of ['created', 'lastModified'])
        expect(made.meta[at]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    },
  ],
  [
    '7643 2.3.6',
    'a binary is base64',
    async () =>
      refused(await directory.post('/Users', user({ x509Certificates: [{ value: '***' }] })), 400, 'invalidValue'),
  ],
  [
    '7643 2.4',
    'of many values one is primary at most',
    async () =>
      refused(
        await directory.post(
          '/Users',
          user({
            emails: [
              { value: 'a@x.example', primary: true },
              { value: 'b@x.example', primary: true },
            ],
          }),
        ),
        400,
        'invalidValue',
      ),
  ],
  [
    '7643 2.4',
    'the same value is told once',
    async () => {
      const made = await person({
        emails: [
          { value: 'twice@x.example', type: 'work' },
          { value: 'twice@x.example', type: 'work' },
        ],
      });
      expect(made.emails).toHaveLength(1);
    },
  ],
  [
    '7643 2.5',
    'null and an empty array are no value',
    async () => {
      const made = await person({ title: null, roles: [] });
      expect([Object.hasOwn(made, 'title'), Object.hasOwn(made, 'roles')]).toEqual([false, false]);
    },
  ],
  [
    '7643 3',
    'schemas is there and names the schemas with values',
    async () => {
      expect((await person({ [enterprise]: { department: 'D' } })).schemas).toEqual([userSchema, enterprise]);
      refused(await directory.post('/Users', { userName: name() }), 400, 'invalidSyntax');
    },
  ],
  [
    '7643 3.1',
    "id is the service's, and is not taken from a client",
    async () => {
      expect((await person({ id: 'mine' })).id).not.toBe('mine');
    },
  ],
  [
    '7643 3.1',
    "externalId is the client's, and is told as it was sent",
    async () => {
      expect((await person({ externalId: 'Ext-1' })).externalId).toBe('Ext-1');
    },
  ],
  [
    '7643 3.1',
    'meta is ignored when a client sends it',
    async () => {
      expect((await person({ meta: { version: 'W/"9"', location: 'x' } })).meta).toMatchObject({
        resourceType: 'User',
        version: 'W/"1"',
      });
    },
  ],
  [
    '7643 4.1.1',
    'userName is required and unique without regard to case',
    async () => {
      const made = await person();
      refused(await directory.post('/Users', { schemas: [userSchema] }), 400, 'invalidValue');
      refused(
        await directory.post('/Users', { schemas: [userSchema], userName: made.userName.toUpperCase() }),
        409,
        'uniqueness',
      );
    },
  ],
  [
    '7643 4.1.1',
    'password is never told',
    async () => {
      const made = await person({ password: 'a long pass phrase 1843' });
      expect(JSON.stringify([made, (await directory.get(`/Users/${made.id}?attributes=password`)).body])).not.toContain(
        'pass phrase',
      );
    },
  ],
  [
    '7643 4.1.2',
    'groups is readOnly: membership changes through Group',
    async () => {
      const made = await person();
      refused(
        await directory.patch(`/Users/${made.id}`, [{ op: 'add', path: 'groups', value: [{ value: 'x' }] }]),
        400,
        'mutability',
      );
    },
  ],
  [
    '7643 4.2',
    'a Group has a displayName',
    async () => refused(await directory.post('/Groups', { schemas: [groupSchema] }), 400, 'invalidValue'),
  ],
  [
    '7643 4.2',
    'members are immutable, and told with type and $ref',
    async () => {
      const made = await person();
      const group = await directory.group(name(), [made.id]);
      expect(group.members).toEqual([
        { value: made.id, type: 'User', display: made.userName, $ref: made.meta.location },
      ]);
      refused(
        await directory.patch(`/Groups/${group.id}`, [
          { op: 'replace', path: `members[value eq "${made.id}"].value`, value: 'x' },
        ]),
        400,
        'mutability',
      );
    },
  ],
  [
    '7643 4.3',
    'the enterprise extension is under its URN',
    async () => {
      expect((await person({ [enterprise]: { manager: { value: '1' } } }))[enterprise]).toEqual({
        manager: { value: '1' },
      });
    },
  ],
  [
    '7643 5',
    'ServiceProviderConfig tells what can be done',
    async () => {
      const { body } = await directory.get('/ServiceProviderConfig');
      for (const part of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'])
        expect(body[part].supported).toBe(true);
      expect(body.authenticationSchemes.filter(({ primary }: { primary: boolean }) => primary)).toHaveLength(1);
    },
  ],
  [
    '7643 6',
    'ResourceTypes name endpoint, schema and extensions',
    async () => {
      expect((await directory.get('/ResourceTypes/User')).body).toMatchObject({
        endpoint: '/Users',
        schema: userSchema,
        schemaExtensions: [{ schema: enterprise, required: false }],
      });
    },
  ],
  [
    '7643 7',
    'Schemas tell every characteristic of every attribute',
    async () => {
      const { body } = await directory.get(`/Schemas/${userSchema}`);
      for (const attribute of body.attributes) {
        for (const key of [
          'name',
          'type',
          'multiValued',
          'description',
          'required',
          'caseExact',
          'mutability',
          'returned',
          'uniqueness',
        ])
          expect([attribute.name, attribute]).toEqual([
            attribute.name,
            expect.objectContaining({ [key]: expect.anything() }),
          ]);
      }
    },
  ],
  [
    '7643 8',
    'characteristics are those of the representation of section 8.7',
    async () => {
      const { body } = await directory.get(`/Schemas/${userSchema}`);
      const of = (wanted: string) => body.attributes.find((attribute: { name: string }) => attribute.name === wanted);
      expect(of('userName')).toMatchObject({ required: true, caseExact: false, uniqueness: 'server' });
      expect(of('password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
      expect(of('groups')).toMatchObject({ mutability: 'readOnly', multiValued: true });
    },
  ],
];

const protocol: Requirement[] = [
  [
    '7644 2',
    'who shows no token is asked for one',
    async () => {
      const answer = await directory.get('/Users', { authorization: '' });
      refused(answer, 401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    },
  ],
  [
    '7644 3.1',
    'what is readOnly in a request is ignored',
    async () => {
      const made = await person();
      expect(
        (await directory.put(`/Users/${made.id}`, { ...made, groups: [{ value: 'x' }], id: 'other' })).status,
      ).toBe(200);
    },
  ],
  [
    '7644 3.3',
    'POST answers 201 with Location and the resource',
    async () => {
      const answer = await directory.post('/Users', user());
      expect([answer.status, answer.headers.get('location')]).toEqual([201, answer.body.meta.location]);
    },
  ],
  [
    '7644 3.4.1',
    'GET of an unknown id is 404 in the words of SCIM',
    async () => refused(await directory.get('/Users/unknown'), 404),
  ],
  [
    '7644 3.4.2',
    'a search answers a ListResponse, also for nothing',
    async () => {
      const { body } = await directory.get('/Users?filter=userName eq "nobody"');
      expect(body).toEqual({ schemas: [listSchema], totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] });
    },
  ],
  [
    '7644 3.4.2.1',
    'a search of the root finds resources of every type',
    async () => {
      const [made, group] = [
        await person({ externalId: 'root-search' }),
        await directory.group(name(), [], { externalId: 'root-search' }),
      ];
      const { body } = await directory.get('?filter=externalId eq "root-search"');
      expect(body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual([made.id, group.id].sort());
    },
  ],
  [
    '7644 3.4.2.2',
    'a filter that makes no sense is invalidFilter',
    async () => refused(await directory.get('/Users?filter=userName xx "a"'), 400, 'invalidFilter'),
  ],
  [
    '7644 3.4.2.3',
    'results are sorted by what is asked for',
    async () => {
      const [a, b] = [
        await person({ externalId: 'sorted', title: 'B' }),
        await person({ externalId: 'sorted', title: 'a' }),
      ];
      const { body } = await directory.get('/Users?filter=externalId eq "sorted"&sortBy=title');
      expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([b.id, a.id]);
    },
  ],
  [
    '7644 3.4.2.4',
    'startIndex counts from 1, and less is 1; a count below 0 is 0',
    async () => {
      expect((await directory.get('/Users?startIndex=0&count=1')).body).toMatchObject({
        startIndex: 1,
        itemsPerPage: 1,
      });
      expect((await directory.get('/Users?count=-1')).body.Resources).toEqual([]);
    },
  ],
  [
    '7644 3.4.3',
    'POST to .search is a search',
    async () => {
      const made = await person();
      const search = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter: `id eq "${made.id}"`,
        attributes: ['userName'],
      };
      for (const path of ['/.search', '/Users/.search'])
        expect((await directory.post(path, search)).body.Resources).toEqual([
          { schemas: [userSchema], id: made.id, userName: made.userName },
        ]);
    },
  ],
  [
    '7644 3.5.1',
    'PUT replaces, and creates nothing',
    async () => refused(await directory.put('/Users/unknown', user()), 404),
  ],
  [
    '7644 3.5.2',
    'a PATCH needs its schema and an operation',
    async () => {
      const { id } = await person();
      for (const body of [
        { Operations: [{ op: 'add', value: {} }] },
        { schemas: [patchOp] },
        { schemas: [patchOp], Operations: [] },
      ] as Json[])
        refused(await directory.send('PATCH', `/Users/${id}`, body), 400, 'invalidSyntax');
    },
  ],
  [
    '7644 3.5.2.1',
    'adding what is there changes no lastModified',
    async () => {
      const made = await person({ title: 'T' });
      expect(
        (await directory.patch(`/Users/${made.id}`, [{ op: 'add', path: 'title', value: 'T' }])).body.meta,
      ).toEqual(made.meta);
    },
  ],
  [
    '7644 3.5.2.2',
    'remove without a path is noTarget; of a required attribute mutability',
    async () => {
      const { id } = await person();
      refused(await directory.patch(`/Users/${id}`, [{ op: 'remove' }]), 400, 'noTarget');
      refused(await directory.patch(`/Users/${id}`, [{ op: 'remove', path: 'userName' }]), 400, 'mutability');
    },
  ],
  [
    '7644 3.5.2.3',
    'replace where no element fits is noTarget',
    async () => {
      const { id } = await person();
      refused(
        await directory.patch(`/Users/${id}`, [{ op: 'replace', path: 'emails[type eq "fax"].value', value: 'x' }]),
        400,
        'noTarget',
      );
    },
  ],
  [
    '7644 3.5.2.3',
    'a new primary ends the former one',
    async () => {
      const { id } = await person({ emails: [{ value: 'one@x.example', type: 'work', primary: true }] });
      const { body } = await directory.patch(`/Users/${id}`, [
        { op: 'add', path: 'emails', value: [{ value: 'two@x.example', type: 'home', primary: true }] },
      ]);
      expect(body.emails.map(({ primary }: { primary: boolean }) => primary)).toEqual([false, true]);
    },
  ],
  [
    '7644 3.6',
    'a deleted resource is gone for every verb and every search',
    async () => {
      const made = await person();
      expect((await directory.send('DELETE', `/Users/${made.id}`)).status).toBe(204);
      for (const answer of [
        await directory.get(`/Users/${made.id}`),
        await directory.put(`/Users/${made.id}`, user()),
        await directory.send('DELETE', `/Users/${made.id}`),
      ])
        expect(answer.status).toBe(404);
      expect((await directory.get(`/Users?filter=userName eq "${made.userName}"`)).body.totalResults).toBe(0);
    },
  ],
  [
    '7644 3.7',
    'a bulk answers each operation with status, location and version',
    async () => {
      const { body } = await directory.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'q', data: user() }],
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
        expect((await directory.post('/Users', user(), { 'content-type': type })).status).toBe(201);
      refused(await directory.post('/Users', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415);
    },
  ],
  [
    '7644 3.9',
    'attributes and excludedAttributes choose; id is always there',
    async () => {
      const made = await person({ title: 'T' });
      expect((await directory.get(`/Users/${made.id}?attributes=title`)).body).toEqual({
        schemas: [userSchema],
        id: made.id,
        title: 'T',
      });
      expect((await directory.get(`/Users/${made.id}?excludedAttributes=title,id`)).body).toMatchObject({
        id: made.id,
        userName: made.userName,
      });
    },
  ],
  [
    '7644 3.10',
    'an attribute is named by its URN too',
    async () => {
      const made = await person({ [enterprise]: { employeeNumber: 'E7' } });
      expect((await directory.get(`/Users?filter=${enterprise}:employeeNumber eq "E7"`)).body.Resources[0].id).toBe(
        made.id,
      );
    },
  ],
  ['7644 3.11', '/Me without a person behind the token is 501', async () => refused(await directory.get('/Me'), 501)],
  [
    '7644 3.12',
    'a body that is no JSON is invalidSyntax, in the words of SCIM, and is not repeated',
    async () => {
      const answer = await directory.post('/Users', '{"password":"hunter2"');
      refused(answer, 400, 'invalidSyntax');
      expect(answer.text).not.toContain('hunter2');
    },
  ],
  [
    '7644 3.14',
    'If-Match that does not fit is 412',
    async () => {
      const { id } = await person();
      refused(await directory.send('DELETE', `/Users/${id}`, undefined, { 'if-match': 'W/"99"' }), 412);
    },
  ],
  ['7644 4', 'discovery takes no filter', async () => refused(await directory.get('/Schemas?filter=id pr'), 403)],
  [
    '7644 4',
    'discovery answers GET alone',
    async () => refused(await directory.post('/ServiceProviderConfig', {}), 405),
  ],
  [
    '7644 7.5.2',
    'a secret cannot be searched for',
    async () => refused(await directory.get('/Users?filter=password sw "a"'), 400, 'invalidFilter'),
  ],
  [
    '9865 2',
    'cursors are asked for with an empty one and are named in nextCursor',
    async () => {
      const { body } = await directory.get('/Users?cursor=&count=1');
      expect(body).toMatchObject({ nextCursor: expect.any(String), itemsPerPage: 1 });
      expect(body).not.toHaveProperty('startIndex');
    },
  ],
  [
    '9865 2.1',
    'a cursor that is none is invalidCursor',
    async () => refused(await directory.get('/Users?cursor=x'), 400, 'invalidCursor'),
  ],
];

describe.each([
  ['Schema', schema],
  ['Protocol', protocol],
] as const)('%s', (_part, requirements) => {
  test.each(requirements)('RFC %s: %s', (_rfc, _requires, shows) => shows());
});

describe('Whatever is sent to the protocol', () => {
  const hostile: Json[] = [
    '',
    '[',
    'null',
    '1',
    '"x"',
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '['.repeat(100_000),
    `{"a":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`,
    '{"schemas":["\\u0000"]}',
    '{"schemas":[{}],"userName":[]}',
  ];

  test('is refused with a 4xx in the words of SCIM: no 5xx, no pollution', async () => {
    const { id } = await person();
    for (const body of hostile) {
      for (const [method, path] of [
        ['POST', '/Users'],
        ['POST', '/Groups'],
        ['PUT', `/Users/${id}`],
        ['PATCH', `/Users/${id}`],
        ['POST', '/Bulk'],
        ['POST', '/.search'],
      ] as const) {
        const answer = await directory.send(method, path, body);
        expect([
          String(body).slice(0, 20),
          method,
          path,
          answer.status >= 400 && answer.status < 500,
          answer.body?.schemas,
        ]).toEqual([String(body).slice(0, 20), method, path, true, [errorSchema]]);
      }
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each(['/Users/%00', '/Users/x/y', '//Users', '/Users/%', '/users', '/Nothing', '/Users/.search/x'])(
    '%s leads nowhere',
    async (path) => {
      expect((await directory.get(path)).status).toBe(404);
    },
  );
});
