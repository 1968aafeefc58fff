import type { Realm } from '@sparekey/realms';
import type { Json, JsonObject } from '@sparekey/scim';
import { Directory, enterprise, groupSchema, patchOp, userSchema } from '../../src/testing/directory.ts';
import { type HostedProvider, startHostedProvider } from '../../src/testing/hosted.ts';
import { addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

// Requests as clients are known to send them, each under a number by which it can be pointed at.

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let strict: Directory;
let entra: Directory;
let okta: Directory;
let generic: Directory;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme');
  const connect = (profile: string) => Directory.connect(here.storage, provider, realm, { profile });
  [strict, entra, okta, generic] = [
    await connect('strict'),
    await connect('entra'),
    await connect('okta'),
    await connect('generic'),
  ];
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

let count = 0;
const name = () => `quirk-${++count}@example.com`;
const nobody = '00000000-0000-7000-8000-000000000000';
/** A PATCH with one operation on a new person; answers the status and, after it, the person. */
async function onPerson(directory: Directory, operation: JsonObject, person: JsonObject = {}) {
  const made = await directory.person(name(), person);
  const answer = await directory.patch(`/Users/${made.id}`, [operation]);
  return { made, answer, after: (await directory.get(`/Users/${made.id}`)).body };
}

async function crew(directory: Directory) {
  const [a, b] = [await directory.person(name()), await directory.person(name())];
  const group = await directory.group(name(), [a.id, b.id]);
  const members = async () =>
    ((await directory.get(`/Groups/${group.id}`)).body.members ?? []).map(({ value }: { value: string }) => value);
  return { a: a.id as string, b: b.id as string, group, members };
}

describe('Entra ID', () => {
  test.each(['False', 'false', 'FALSE'])(
    'Q1: Replace of active with the text %j disables; strict refuses it',
    async (value) => {
      const operation = { op: 'Replace', path: 'active', value };
      expect((await onPerson(entra, operation)).after.active).toBe(false);
      expect((await onPerson(strict, operation)).answer).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      });
      expect((await onPerson(strict, { op: 'Replace', path: 'active', value: false })).after.active).toBe(false);
    },
  );

  test('Q2: the switch ?aadOptscim062020 in the address of the tenant changes nothing, wherever it lands', async () => {
    const made = await entra.person(name());
    for (const path of [
      `?aadOptscim062020/Users/${made.id}`,
      `/Users/${made.id}?aadOptscim062020`,
      `/Users?aadOptscim062020&filter=id eq "${made.id}"`,
    ]) {
      expect([path, (await entra.get(path)).status]).toEqual([path, 200]);
    }
    expect((await entra.get('?aadOptscim062020')).status).toBe(200);
  });

  test('Q3: a replace without a path sets dotted and URN-prefixed keys where they belong', async () => {
    const value = {
      displayName: 'D',
      'name.givenName': 'G',
      'name.familyName': 'F',
      [`${enterprise}:employeeNumber`]: '7',
    };
    const { after, answer } = await onPerson(entra, { op: 'replace', value });
    expect(answer.status).toBe(200);
    expect(after).toMatchObject({
      displayName: 'D',
      name: { givenName: 'G', familyName: 'F' },
      [enterprise]: { employeeNumber: '7' },
    });
    expect(Object.keys(after)).not.toContain('name.givenName');
    expect((await onPerson(strict, { op: 'replace', value })).answer.body.scimType).toBe('invalidPath');
  });

  test('Q4: Add of a single value replaces it', async () => {
    expect(
      (await onPerson(entra, { op: 'Add', path: 'nickName', value: 'Babs' }, { nickName: 'B' })).after.nickName,
    ).toBe('Babs');
  });

  test.each<[string, Json, string, Json]>([
    ['emails[type eq "work"].value', 'w@example.com', 'emails', [{ type: 'work', value: 'w@example.com' }]],
    ['phoneNumbers[type eq "mobile"].value', '+1 555', 'phoneNumbers', [{ type: 'mobile', value: '+1 555' }]],
    ['addresses[type eq "work"].postalCode', '12345', 'addresses', [{ type: 'work', postalCode: '12345' }]],
    ['roles[primary eq "True"].value', 'admin', 'roles', [{ primary: true, value: 'admin' }]],
  ])('Q5: Replace of %s edits the element, and makes it where there is none', async (path, value, attribute, made) => {
    const operation = { op: 'Replace', path, value };
    const { after } = await onPerson(entra, operation);
    expect(after[attribute]).toEqual(made);
    expect((await entra.patch(`/Users/${after.id}`, [operation])).body[attribute]).toEqual(made);
    if (!path.includes('True')) expect((await onPerson(strict, operation)).answer.body.scimType).toBe('noTarget');
    else expect((await onPerson(strict, operation)).answer.body.scimType).toBe('invalidPath');
  });

  test('Q6: Remove of members with a value takes that one, never all; without a value it takes all', async () => {
    const { a, b, group, members } = await crew(entra);
    const remove = (operation: JsonObject) => entra.patch(`/Groups/${group.id}`, [operation]);
    expect((await remove({ op: 'Remove', path: 'members', value: [{ $ref: null, value: a }] })).status).toBe(204);
    expect(await members()).toEqual([b]);
    await remove({ op: 'Remove', path: 'members' });
    expect(await members()).toEqual([]);
  });

  test('Q7: remove of members[value eq "…"] takes that one', async () => {
    for (const directory of [strict, entra, okta]) {
      const { a, b, group, members } = await crew(directory);
      expect(
        (await directory.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${a}"]` }])).status,
      ).toBe(204);
      expect(await members()).toEqual([b]);
    }
  });

  test('Q8: Add of members with $ref null, and of one who is there: 204, and nothing twice', async () => {
    const { a, b, group, members } = await crew(entra);
    const before = (await entra.get(`/Groups/${group.id}`)).body.meta;
    expect(
      (await entra.patch(`/Groups/${group.id}`, [{ op: 'Add', path: 'members', value: [{ $ref: null, value: a }] }]))
        .status,
    ).toBe(204);
    expect((await members()).sort()).toEqual([a, b].sort());
    expect((await entra.get(`/Groups/${group.id}`)).body.meta).toEqual(before);
  });

  test.each<Json>(['26118915', { value: '26118915' }])('Q9: Add of manager as %j', async (value) => {
    const { after } = await onPerson(entra, { op: 'Add', path: `${enterprise}:manager`, value });
    expect(after[enterprise].manager).toEqual({ value: '26118915' });
  });

  test('Q10: meta, empty arrays and nulls in a POST are no values', async () => {
    const made = await entra.post('/Users', {
      schemas: [userSchema, enterprise],
      userName: name(),
      meta: { resourceType: 'User' },
      roles: [],
      name: { givenName: null, familyName: 'F' },
      active: true,
    });
    expect(made.status).toBe(201);
    expect([made.body.roles, made.body.name, made.body.meta.resourceType]).toEqual([
      undefined,
      { familyName: 'F' },
      'User',
    ]);
  });

  test('Q11: the schema of ADSCIM in a group is ignored; strict refuses it', async () => {
    const body = {
      schemas: [groupSchema, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      displayName: name(),
      externalId: 'x',
    };
    expect((await entra.post('/Groups', body)).status).toBe(201);
    expect((await strict.post('/Groups', { ...body, displayName: name() })).status).toBe(400);
  });

  test('Q12: a search for groups without members finds them, and no match is an empty list', async () => {
    const { group } = await crew(entra);
    const search = await entra.get(`/Groups?excludedAttributes=members&filter=displayName eq "${group.displayName}"`);
    expect(search.body.Resources).toEqual([expect.not.objectContaining({ members: expect.anything() })]);
    expect((await entra.get(`/Groups/${group.id}?excludedAttributes=members`)).body).not.toHaveProperty('members');
    expect(await entra.get('/Groups?excludedAttributes=members&filter=displayName eq "none"')).toMatchObject({
      status: 200,
      body: { totalResults: 0, Resources: [] },
    });
  });

  test('Q13: a PATCH of a group answers 204, of a person 200; the test of the connection finds nobody', async () => {
    const { group } = await crew(entra);
    expect(
      (await entra.patch(`/Groups/${group.id}`, [{ op: 'Replace', path: 'displayName', value: name() }])).status,
    ).toBe(204);
    expect((await onPerson(entra, { op: 'Replace', path: 'title', value: 'x' })).answer.status).toBe(200);
    expect((await entra.get(`/Users?filter=userName eq "${nobody}"`)).body).toMatchObject({ totalResults: 0 });
  });

  test('Q14: values stay as they were sent, also of somebody inactive', async () => {
    const phoneNumbers = [{ value: '+1 (555) 555-0100', type: 'work' }];
    const made = await entra.person(name(), { phoneNumbers, active: false });
    const [found] = (await entra.get(`/Users?filter=userName eq "${made.userName}"`)).body.Resources;
    expect(found).toMatchObject({ id: made.id, phoneNumbers, active: false });
  });

  test('Q15: a value path with a part behind it finds by one element, in every profile', async () => {
    for (const directory of [strict, entra, okta]) {
      const [work, home] = [name(), name()];
      const made = await directory.person(name(), {
        emails: [
          { value: work, type: 'work' },
          { value: home, type: 'home' },
        ],
      });
      const find = async (value: string) =>
        (await directory.get(`/Users?filter=emails[type eq "work"].value eq "${value}"`)).body.Resources;
      expect(await find(work)).toEqual([expect.objectContaining({ id: made.id })]);
      expect(await find(home)).toEqual([]);
    }
  });

  test('Q16: a value without quotes is refused with the place where it stands', async () => {
    for (const directory of [strict, entra]) {
      const answer = await directory.get('/Users?filter=externalId eq jyoung');
      expect(answer.body).toMatchObject({
        status: '400',
        scimType: 'invalidFilter',
        detail: expect.stringContaining('character 15'),
      });
    }
  });
});

describe('Okta', () => {
  test('Q17: userName is found in whatever case, with startIndex and count', async () => {
    const made = await okta.person(name());
    const answer = await okta.get(`/Users?filter=userName eq "${made.userName.toUpperCase()}"&startIndex=1&count=100`);
    expect(answer.body).toMatchObject({
      totalResults: 1,
      startIndex: 1,
      itemsPerPage: 1,
      Resources: [{ id: made.id }],
    });
  });

  test('Q18: 409 for a name that is taken, 404 for an unknown id, 401 in the words of SCIM for a bad token', async () => {
    const made = await okta.person(name());
    const answers = [
      await okta.post('/Users', { schemas: [userSchema], userName: made.userName }),
      await okta.get(`/Users/${nobody}`),
      await okta.get('/Users', { authorization: 'Bearer bad' }),
    ];
    for (const [at, status] of ['409', '404', '401'].entries()) {
      expect([answers[at]?.status, answers[at]?.body]).toEqual([
        Number(status),
        expect.objectContaining({
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status,
          detail: expect.any(String),
        }),
      ]);
    }
  });

  test('Q19: a person who was read is put back whole: read-only parts are ignored, active and the password stay', async () => {
    const made = await okta.person(name(), { password: 'a long pass phrase 1843', title: 'Dr' });
    const { active: _active, ...read } = (await okta.get(`/Users/${made.id}`)).body;
    const before = await here.storage.stores.passwords.get(realm.id, made.id);
    const answer = await okta.put(`/Users/${made.id}`, { ...read, groups: [{ value: 'x' }], title: 'Prof' });
    expect([answer.status, answer.body.id, answer.body.active, answer.body.title]).toEqual([
      200,
      made.id,
      true,
      'Prof',
    ]);
    expect(await here.storage.stores.passwords.get(realm.id, made.id)).toEqual(before);
    expect(before).toBeDefined();
  });

  test('Q20: a replace without a path disables', async () => {
    for (const directory of [strict, entra, okta]) {
      expect((await onPerson(directory, { op: 'replace', value: { active: false } })).after.active).toBe(false);
    }
  });

  test('Q21: a person is deactivated and stays to be found', async () => {
    const { made } = await onPerson(okta, { op: 'replace', value: { active: false } });
    expect((await okta.get(`/Users?filter=userName eq "${made.userName}"`)).body.totalResults).toBe(1);
  });

  test('Q22: a group push with members [], then a rename that repeats the id and changes nothing the second time', async () => {
    const made = await okta.post('/Groups', { schemas: [groupSchema], displayName: name(), members: [] });
    const rename = { op: 'replace', value: { id: made.body.id, displayName: name() } };
    expect((await okta.patch(`/Groups/${made.body.id}`, [rename])).status).toBe(204);
    const { meta } = (await okta.get(`/Groups/${made.body.id}`)).body;
    expect((await okta.patch(`/Groups/${made.body.id}`, [rename])).status).toBe(204);
    expect((await okta.get(`/Groups/${made.body.id}`)).body.meta).toEqual(meta);
    expect(
      (await okta.patch(`/Groups/${made.body.id}`, [{ op: 'replace', value: { id: nobody } }])).body.scimType,
    ).toBe('mutability');
  });

  test('Q23: remove and add of members in one PATCH, a replace of all, and PUT', async () => {
    const { a, b, group, members } = await crew(okta);
    const c = (await okta.person(name())).id;
    await okta.patch(`/Groups/${group.id}`, [
      { op: 'remove', path: `members[value eq "${a}"]` },
      { op: 'add', path: 'members', value: [{ value: c, display: 'C' }] },
    ]);
    expect((await members()).sort()).toEqual([b, c].sort());
    await okta.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'members', value: [{ value: a }] }]);
    expect(await members()).toEqual([a]);
    await okta.put(`/Groups/${group.id}`, {
      schemas: [groupSchema],
      displayName: group.displayName,
      members: [{ value: b }, { value: c }],
    });
    expect((await members()).sort()).toEqual([b, c].sort());
    const refused = await okta.patch(`/Groups/${group.id}`, [
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: nobody }] },
    ]);
    expect([refused.status, (await members()).sort()]).toEqual([400, [b, c].sort()]);
  });

  test('Q24: both media types are taken, and the answer is application/scim+json and no more', async () => {
    for (const type of [
      'application/json',
      'application/scim+json; charset=utf-8',
      'application/json; charset=UTF-8',
    ]) {
      const answer = await okta.post(
        '/Users',
        { schemas: [userSchema], userName: name() },
        { 'content-type': type, accept: 'application/scim+json; charset=utf-8' },
      );
      expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/scim+json']);
    }
    expect((await okta.post('/Users', '<xml/>', { 'content-type': 'application/xml' })).status).toBe(415);
  });
});

describe('Others', () => {
  test('Q25: JumpCloud adds a member again and again', async () => {
    const jumpcloud = await Directory.connect(here.storage, provider, realm, { profile: 'jumpcloud' });
    const { a, group, members } = await crew(jumpcloud);
    for (let at = 0; at < 3; at += 1) {
      expect(
        (await jumpcloud.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: a }] }])).status,
      ).toBe(204);
    }
    expect(await members()).toHaveLength(2);
  });

  test('Q26: Google reads the schemas, suspends, and deletes also whoever is still active', async () => {
    const google = await Directory.connect(here.storage, provider, realm, { profile: 'google' });
    expect((await google.get('/Schemas')).body.Resources[0].attributes.length).toBeGreaterThan(10);
    const made = await google.person(name());
    expect((await google.send('DELETE', `/Users/${made.id}`)).status).toBe(204);
  });

  test('Q27: scimgateway sends PATCH without schemas, nulls, an empty attributes, and its token in base64', async () => {
    const made = await generic.post('/Users', {
      schemas: [userSchema],
      userName: name(),
      password: null,
      title: '',
      name: { formatted: null },
    });
    expect(made.status).toBe(201);
    const patched = await generic.send('PATCH', `/Users/${made.body.id}`, {
      Operations: [{ op: 'replace', path: 'title', value: 'T' }],
    });
    expect([patched.status, patched.body.title]).toEqual([200, 'T']);
    expect((await generic.get('/Users?attributes=')).body.Resources[0]).toHaveProperty('userName');
    const { a, group, members } = await crew(generic);
    const found = await generic.get(`/Groups?filter=members.value eq "${a}"&attributes=id,displayName`);
    expect(found.body.Resources).toEqual([{ schemas: [groupSchema], id: group.id, displayName: group.displayName }]);
    await generic.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value: [{ value: a }] }]);
    expect(await members()).not.toContain(a);
    const authorization = `Bearer ${Buffer.from(generic.token).toString('base64')}`;
    expect((await generic.get('/Users?count=1', { authorization })).status).toBe(200);
    expect(
      (await strict.get('/Users?count=1', { authorization: `Bearer ${Buffer.from(strict.token).toString('base64')}` }))
        .status,
    ).toBe(401);
    expect(
      (await strict.send('PATCH', `/Users/${nobody}`, { Operations: [{ op: 'add', path: 'title', value: 'x' }] }))
        .status,
    ).toBe(400);
  });

  test('Q28: what a client is not known for is answered as the standard has it, in every profile', async () => {
    for (const directory of [strict, entra, okta, generic]) {
      const answer = await directory.send('PATCH', `/Users/${nobody}`, {
        schemas: [patchOp],
        Operations: [{ op: 'move', path: 'title', value: 'x' }],
      });
      expect([answer.status, answer.body.scimType]).toEqual([400, 'invalidSyntax']);
    }
  });
});
