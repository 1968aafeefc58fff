import { enterprise, groupSchema, userSchema } from '../../../src/testing/directory.ts';
import { type Requirement, refused, useDirectory } from './requirement.ts';

const here = useDirectory();

const schema: Requirement[] = [
  [
    '7643 2.1',
    'attribute names are case-insensitive',
    async () => {
      const made = await here.directory.post('/Users', {
        SCHEMAS: [userSchema],
        USERNAME: here.name(),
        Name: { GIVENNAME: 'G' },
      });
      expect([made.status, made.body.name]).toEqual([201, { givenName: 'G' }]);
    },
  ],
  [
    '7643 2.3.5',
    'a dateTime has its zone',
    async () => {
      const made = await here.person();
      for (const at of ['created', 'lastModified'])
        expect(made.meta[at]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    },
  ],
  [
    '7643 2.3.6',
    'a binary is base64',
    async () =>
      refused(
        await here.directory.post('/Users', here.user({ x509Certificates: [{ value: '***' }] })),
        400,
        'invalidValue',
      ),
  ],
  [
    '7643 2.4',
    'of many values one is primary at most',
    async () =>
      refused(
        await here.directory.post(
          '/Users',
          here.user({
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
    'a main e-mail without a value is refused: it does not take the address away',
    async () => {
      const { id } = await here.person({ emails: [{ value: 'kept@x.example', type: 'work' }] });
      for (const value of [undefined, '']) {
        const sent = { ...here.user({ emails: [{ type: 'work', ...(value === undefined ? {} : { value }) }] }) };
        await refused(await here.directory.put(`/Users/${id}`, sent), 400, 'invalidValue');
      }
      expect((await here.directory.get(`/Users/${id}`)).body.emails).toMatchObject([{ value: 'kept@x.example' }]);
    },
  ],
  [
    '7643 2.4',
    'the same value is told once',
    async () => {
      const made = await here.person({
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
      const made = await here.person({ title: null, roles: [] });
      expect([Object.hasOwn(made, 'title'), Object.hasOwn(made, 'roles')]).toEqual([false, false]);
    },
  ],
  [
    '7643 3',
    'schemas is there and names the schemas with values',
    async () => {
      expect((await here.person({ [enterprise]: { department: 'D' } })).schemas).toEqual([userSchema, enterprise]);
      refused(await here.directory.post('/Users', { userName: here.name() }), 400, 'invalidSyntax');
    },
  ],
  [
    '7643 3.1',
    "id is the service's, and is not taken from a client",
    async () => {
      expect((await here.person({ id: 'mine' })).id).not.toBe('mine');
    },
  ],
  [
    '7643 3.1',
    "externalId is the client's, and is told as it was sent",
    async () => {
      expect((await here.person({ externalId: 'Ext-1' })).externalId).toBe('Ext-1');
    },
  ],
  [
    '7643 3.1',
    'meta is ignored when a client sends it',
    async () => {
      expect((await here.person({ meta: { version: 'W/"9"', location: 'x' } })).meta).toMatchObject({
        resourceType: 'User',
        version: 'W/"1"',
      });
    },
  ],
  [
    '7643 4.1.1',
    'userName is required and unique without regard to case',
    async () => {
      const made = await here.person();
      refused(await here.directory.post('/Users', { schemas: [userSchema] }), 400, 'invalidValue');
      refused(
        await here.directory.post('/Users', { schemas: [userSchema], userName: made.userName.toUpperCase() }),
        409,
        'uniqueness',
      );
    },
  ],
  [
    '7643 4.1.1',
    'password is never told',
    async () => {
      const made = await here.person({ password: 'a long pass phrase 1843' });
      expect(
        JSON.stringify([made, (await here.directory.get(`/Users/${made.id}?attributes=password`)).body]),
      ).not.toContain('pass phrase');
    },
  ],
  [
    '7643 4.1.2',
    'groups is readOnly: membership changes through Group',
    async () => {
      const made = await here.person();
      refused(
        await here.directory.patch(`/Users/${made.id}`, [{ op: 'add', path: 'groups', value: [{ value: 'x' }] }]),
        400,
        'mutability',
      );
    },
  ],
  [
    '7643 4.2',
    'a Group has a displayName',
    async () => refused(await here.directory.post('/Groups', { schemas: [groupSchema] }), 400, 'invalidValue'),
  ],
  [
    '7643 4.2',
    'members are immutable, and told with type and $ref',
    async () => {
      const made = await here.person();
      const group = await here.directory.group(here.name(), [made.id]);
      expect(group.members).toEqual([
        { value: made.id, type: 'User', display: made.userName, $ref: made.meta.location },
      ]);
      refused(
        await here.directory.patch(`/Groups/${group.id}`, [
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
      expect((await here.person({ [enterprise]: { manager: { value: '1' } } }))[enterprise]).toEqual({
        manager: { value: '1' },
      });
    },
  ],
  [
    '7643 5',
    'ServiceProviderConfig tells what can be done',
    async () => {
      const { body } = await here.directory.get('/ServiceProviderConfig');
      for (const part of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'])
        expect(body[part].supported).toBe(true);
      expect(body.authenticationSchemes.filter(({ primary }: { primary: boolean }) => primary)).toHaveLength(1);
    },
  ],
  [
    '7643 6',
    'ResourceTypes name endpoint, schema and extensions',
    async () => {
      expect((await here.directory.get('/ResourceTypes/User')).body).toMatchObject({
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
      const { body } = await here.directory.get(`/Schemas/${userSchema}`);
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
      const { body } = await here.directory.get(`/Schemas/${userSchema}`);
      const of = (wanted: string) => body.attributes.find((attribute: { name: string }) => attribute.name === wanted);
      expect(of('userName')).toMatchObject({ required: true, caseExact: false, uniqueness: 'server' });
      expect(of('password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
      expect(of('groups')).toMatchObject({ mutability: 'readOnly', multiValued: true });
    },
  ],
];

test.each(schema)('RFC %s: %s', (_rfc, _requires, shows) => shows());
