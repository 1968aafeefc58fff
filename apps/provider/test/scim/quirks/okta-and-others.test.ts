import { groupSchema, patchOp, userSchema } from '../../../src/testing/directory.ts';
import { crew, name, nobody, onPerson, useClients } from './clients.ts';

const { clients, here } = useClients();

describe('Okta', () => {
  test('Q17: userName is found in whatever case, with startIndex and count', async () => {
    const made = await clients.okta.person(name());
    const answer = await clients.okta.get(
      `/Users?filter=userName eq "${made.userName.toUpperCase()}"&startIndex=1&count=100`,
    );
    expect(answer.body).toMatchObject({
      totalResults: 1,
      startIndex: 1,
      itemsPerPage: 1,
      Resources: [{ id: made.id }],
    });
  });

  test('Q18: 409 for a name that is taken, 404 for an unknown id, 401 in the words of SCIM for a bad token', async () => {
    const made = await clients.okta.person(name());
    const answers = [
      await clients.okta.post('/Users', { schemas: [userSchema], userName: made.userName }),
      await clients.okta.get(`/Users/${nobody}`),
      await clients.okta.get('/Users', { authorization: 'Bearer bad' }),
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
    const made = await clients.okta.person(name(), { password: 'a long pass phrase 1843', title: 'Dr' });
    const { active: _active, ...read } = (await clients.okta.get(`/Users/${made.id}`)).body;
    const before = await here.storage.stores.passwords.get(here.realm.id, made.id);
    const answer = await clients.okta.put(`/Users/${made.id}`, { ...read, groups: [{ value: 'x' }], title: 'Prof' });
    expect([answer.status, answer.body.id, answer.body.active, answer.body.title]).toEqual([
      200,
      made.id,
      true,
      'Prof',
    ]);
    expect(await here.storage.stores.passwords.get(here.realm.id, made.id)).toEqual(before);
    expect(before).toBeDefined();
  });

  test('Q20: a replace without a path disables', async () => {
    for (const directory of [clients.strict, clients.entra, clients.okta]) {
      expect((await onPerson(directory, { op: 'replace', value: { active: false } })).after.active).toBe(false);
    }
  });

  test('Q21: a person is deactivated and stays to be found', async () => {
    const { made } = await onPerson(clients.okta, { op: 'replace', value: { active: false } });
    expect((await clients.okta.get(`/Users?filter=userName eq "${made.userName}"`)).body.totalResults).toBe(1);
  });

  test('Q22: a group push with members [], then a rename that repeats the id and changes nothing the second time', async () => {
    const made = await clients.okta.post('/Groups', { schemas: [groupSchema], displayName: name(), members: [] });
    const rename = { op: 'replace', value: { id: made.body.id, displayName: name() } };
    expect((await clients.okta.patch(`/Groups/${made.body.id}`, [rename])).status).toBe(204);
    const { meta } = (await clients.okta.get(`/Groups/${made.body.id}`)).body;
    expect((await clients.okta.patch(`/Groups/${made.body.id}`, [rename])).status).toBe(204);
    expect((await clients.okta.get(`/Groups/${made.body.id}`)).body.meta).toEqual(meta);
    expect(
      (await clients.okta.patch(`/Groups/${made.body.id}`, [{ op: 'replace', value: { id: nobody } }])).body.scimType,
    ).toBe('mutability');
  });

  test('Q23: remove and add of members in one PATCH, a replace of all, and PUT', async () => {
    const { a, b, group, members } = await crew(clients.okta);
    const c = (await clients.okta.person(name())).id;
    await clients.okta.patch(`/Groups/${group.id}`, [
      { op: 'remove', path: `members[value eq "${a}"]` },
      { op: 'add', path: 'members', value: [{ value: c, display: 'C' }] },
    ]);
    expect((await members()).sort()).toEqual([b, c].sort());
    await clients.okta.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'members', value: [{ value: a }] }]);
    expect(await members()).toEqual([a]);
    await clients.okta.put(`/Groups/${group.id}`, {
      schemas: [groupSchema],
      displayName: group.displayName,
      members: [{ value: b }, { value: c }],
    });
    expect((await members()).sort()).toEqual([b, c].sort());
    const refused = await clients.okta.patch(`/Groups/${group.id}`, [
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
      const answer = await clients.okta.post(
        '/Users',
        { schemas: [userSchema], userName: name() },
        { 'content-type': type, accept: 'application/scim+json; charset=utf-8' },
      );
      expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/scim+json']);
    }
    expect((await clients.okta.post('/Users', '<xml/>', { 'content-type': 'application/xml' })).status).toBe(415);
  });
});

describe('Others', () => {
  test('Q25: JumpCloud adds a member again and again', async () => {
    const jumpcloud = await here.connect({ profile: 'jumpcloud' });
    const { a, group, members } = await crew(jumpcloud);
    for (let at = 0; at < 3; at += 1) {
      expect(
        (await jumpcloud.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: a }] }])).status,
      ).toBe(204);
    }
    expect(await members()).toHaveLength(2);
  });

  test('Q26: Google reads the schemas, suspends, and deletes also whoever is still active', async () => {
    const google = await here.connect({ profile: 'google' });
    expect((await google.get('/Schemas')).body.Resources[0].attributes.length).toBeGreaterThan(10);
    const made = await google.person(name());
    expect((await google.send('DELETE', `/Users/${made.id}`)).status).toBe(204);
  });

  test('Q27: scimgateway sends PATCH without schemas, nulls, an empty attributes, and its token in base64', async () => {
    const made = await clients.generic.post('/Users', {
      schemas: [userSchema],
      userName: name(),
      password: null,
      title: '',
      name: { formatted: null },
    });
    expect(made.status).toBe(201);
    const patched = await clients.generic.send('PATCH', `/Users/${made.body.id}`, {
      Operations: [{ op: 'replace', path: 'title', value: 'T' }],
    });
    expect([patched.status, patched.body.title]).toEqual([200, 'T']);
    expect((await clients.generic.get('/Users?attributes=')).body.Resources[0]).toHaveProperty('userName');
    const { a, group, members } = await crew(clients.generic);
    const found = await clients.generic.get(`/Groups?filter=members.value eq "${a}"&attributes=id,displayName`);
    expect(found.body.Resources).toEqual([{ schemas: [groupSchema], id: group.id, displayName: group.displayName }]);
    await clients.generic.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value: [{ value: a }] }]);
    expect(await members()).not.toContain(a);
    const authorization = `Bearer ${Buffer.from(clients.generic.token).toString('base64')}`;
    expect((await clients.generic.get('/Users?count=1', { authorization })).status).toBe(200);
    expect(
      (
        await clients.strict.get('/Users?count=1', {
          authorization: `Bearer ${Buffer.from(clients.strict.token).toString('base64')}`,
        })
      ).status,
    ).toBe(401);
    expect(
      (
        await clients.strict.send('PATCH', `/Users/${nobody}`, {
          Operations: [{ op: 'add', path: 'title', value: 'x' }],
        })
      ).status,
    ).toBe(400);
  });

  test('Q28: what a client is not known for is answered as the standard has it, in every profile', async () => {
    for (const directory of [clients.strict, clients.entra, clients.okta, clients.generic]) {
      const answer = await directory.send('PATCH', `/Users/${nobody}`, {
        schemas: [patchOp],
        Operations: [{ op: 'move', path: 'title', value: 'x' }],
      });
      expect([answer.status, answer.body.scimType]).toEqual([400, 'invalidSyntax']);
    }
  });
});
