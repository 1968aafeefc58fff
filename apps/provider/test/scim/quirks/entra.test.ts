import type { Json, JsonObject } from '@sparekey/scim';
import { enterprise, groupSchema, userSchema } from '../../../src/testing/directory.ts';
import { crew, name, nobody, onPerson, useClients } from './clients.ts';

const { clients } = useClients();

describe('Entra ID', () => {
  test.each(['False', 'false', 'FALSE'])(
    'Q1: Replace of active with the text %j disables; strict refuses it',
    async (value) => {
      const operation = { op: 'Replace', path: 'active', value };
      expect((await onPerson(clients.entra, operation)).after.active).toBe(false);
      expect((await onPerson(clients.strict, operation)).answer).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      });
      expect((await onPerson(clients.strict, { op: 'Replace', path: 'active', value: false })).after.active).toBe(
        false,
      );
    },
  );

  test('Q2: the switch ?aadOptscim062020 in the address of the tenant changes nothing, wherever it lands', async () => {
    const made = await clients.entra.person(name());
    for (const path of [
      `?aadOptscim062020/Users/${made.id}`,
      `/Users/${made.id}?aadOptscim062020`,
      `/Users?aadOptscim062020&filter=id eq "${made.id}"`,
    ]) {
      expect([path, (await clients.entra.get(path)).status]).toEqual([path, 200]);
    }
    expect((await clients.entra.get('?aadOptscim062020')).status).toBe(200);
  });

  test('Q3: a replace without a path sets dotted and URN-prefixed keys where they belong', async () => {
    const value = {
      displayName: 'D',
      'name.givenName': 'G',
      'name.familyName': 'F',
      [`${enterprise}:employeeNumber`]: '7',
    };
    const { after, answer } = await onPerson(clients.entra, { op: 'replace', value });
    expect(answer.status).toBe(200);
    expect(after).toMatchObject({
      displayName: 'D',
      name: { givenName: 'G', familyName: 'F' },
      [enterprise]: { employeeNumber: '7' },
    });
    expect(Object.keys(after)).not.toContain('name.givenName');
    expect((await onPerson(clients.strict, { op: 'replace', value })).answer.body.scimType).toBe('invalidPath');
  });

  test('Q4: Add of a single value replaces it', async () => {
    expect(
      (await onPerson(clients.entra, { op: 'Add', path: 'nickName', value: 'Babs' }, { nickName: 'B' })).after.nickName,
    ).toBe('Babs');
  });

  test.each<[string, Json, string, Json]>([
    ['emails[type eq "work"].value', 'w@example.com', 'emails', [{ type: 'work', value: 'w@example.com' }]],
    ['phoneNumbers[type eq "mobile"].value', '+1 555', 'phoneNumbers', [{ type: 'mobile', value: '+1 555' }]],
    ['addresses[type eq "work"].postalCode', '12345', 'addresses', [{ type: 'work', postalCode: '12345' }]],
    ['roles[primary eq "True"].value', 'admin', 'roles', [{ primary: true, value: 'admin' }]],
  ])('Q5: Replace of %s edits the element, and makes it where there is none', async (path, value, attribute, made) => {
    const operation = { op: 'Replace', path, value };
    const { after } = await onPerson(clients.entra, operation);
    expect(after[attribute]).toEqual(made);
    expect((await clients.entra.patch(`/Users/${after.id}`, [operation])).body[attribute]).toEqual(made);
    if (!path.includes('True'))
      expect((await onPerson(clients.strict, operation)).answer.body.scimType).toBe('noTarget');
    else expect((await onPerson(clients.strict, operation)).answer.body.scimType).toBe('invalidPath');
  });

  test('Q6: Remove of members with a value takes that one, never all; without a value it takes all', async () => {
    const { a, b, group, members } = await crew(clients.entra);
    const remove = (operation: JsonObject) => clients.entra.patch(`/Groups/${group.id}`, [operation]);
    expect((await remove({ op: 'Remove', path: 'members', value: [{ $ref: null, value: a }] })).status).toBe(204);
    expect(await members()).toEqual([b]);
    await remove({ op: 'Remove', path: 'members' });
    expect(await members()).toEqual([]);
  });

  test('Q7: remove of members[value eq "…"] takes that one', async () => {
    for (const directory of [clients.strict, clients.entra, clients.okta]) {
      const { a, b, group, members } = await crew(directory);
      expect(
        (await directory.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${a}"]` }])).status,
      ).toBe(204);
      expect(await members()).toEqual([b]);
    }
  });

  test('Q8: Add of members with $ref null, and of one who is there: 204, and nothing twice', async () => {
    const { a, b, group, members } = await crew(clients.entra);
    const before = (await clients.entra.get(`/Groups/${group.id}`)).body.meta;
    expect(
      (
        await clients.entra.patch(`/Groups/${group.id}`, [
          { op: 'Add', path: 'members', value: [{ $ref: null, value: a }] },
        ])
      ).status,
    ).toBe(204);
    expect((await members()).sort()).toEqual([a, b].sort());
    expect((await clients.entra.get(`/Groups/${group.id}`)).body.meta).toEqual(before);
  });

  test.each<Json>(['26118915', { value: '26118915' }])('Q9: Add of manager as %j', async (value) => {
    const { after } = await onPerson(clients.entra, { op: 'Add', path: `${enterprise}:manager`, value });
    expect(after[enterprise].manager).toEqual({ value: '26118915' });
  });

  test('Q10: meta, empty arrays and nulls in a POST are no values', async () => {
    const made = await clients.entra.post('/Users', {
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
    expect((await clients.entra.post('/Groups', body)).status).toBe(201);
    expect((await clients.strict.post('/Groups', { ...body, displayName: name() })).status).toBe(400);
  });

  test('Q12: a search for groups without members finds them, and no match is an empty list', async () => {
    const { group } = await crew(clients.entra);
    const search = await clients.entra.get(
      `/Groups?excludedAttributes=members&filter=displayName eq "${group.displayName}"`,
    );
    expect(search.body.Resources).toEqual([expect.not.objectContaining({ members: expect.anything() })]);
    expect((await clients.entra.get(`/Groups/${group.id}?excludedAttributes=members`)).body).not.toHaveProperty(
      'members',
    );
    expect(await clients.entra.get('/Groups?excludedAttributes=members&filter=displayName eq "none"')).toMatchObject({
      status: 200,
      body: { totalResults: 0, Resources: [] },
    });
  });

  test('Q13: a PATCH of a group answers 204, of a person 200; the test of the connection finds nobody', async () => {
    const { group } = await crew(clients.entra);
    expect(
      (await clients.entra.patch(`/Groups/${group.id}`, [{ op: 'Replace', path: 'displayName', value: name() }]))
        .status,
    ).toBe(204);
    expect((await onPerson(clients.entra, { op: 'Replace', path: 'title', value: 'x' })).answer.status).toBe(200);
    expect((await clients.entra.get(`/Users?filter=userName eq "${nobody}"`)).body).toMatchObject({ totalResults: 0 });
  });

  test('Q14: values stay as they were sent, also of somebody inactive', async () => {
    const phoneNumbers = [{ value: '+1 (555) 555-0100', type: 'work' }];
    const made = await clients.entra.person(name(), { phoneNumbers, active: false });
    const [found] = (await clients.entra.get(`/Users?filter=userName eq "${made.userName}"`)).body.Resources;
    expect(found).toMatchObject({ id: made.id, phoneNumbers, active: false });
  });

  test('Q15: a value path with a part behind it finds by one element, in every profile', async () => {
    for (const directory of [clients.strict, clients.entra, clients.okta]) {
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
    for (const directory of [clients.strict, clients.entra]) {
      const answer = await directory.get('/Users?filter=externalId eq jyoung');
      expect(answer.body).toMatchObject({
        status: '400',
        scimType: 'invalidFilter',
        detail: expect.stringContaining('character 15'),
      });
    }
  });
});
