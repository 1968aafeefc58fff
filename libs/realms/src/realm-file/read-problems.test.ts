import { readRealmFile } from './read.ts';

const problemsOf = (file: unknown) => readRealmFile(file).problems.map(({ path, why }) => `${path}: ${why}`);

describe('a file that is wrong', () => {
  test('is refused with every problem under its path', () => {
    expect(
      problemsOf({
        realm: 'a b',
        enabled: 'yes',
        users: [{ username: '' }, { username: 'ok', credentials: [{}] }],
        sparekey: { polcy: {} },
      }),
    ).toMatchInlineSnapshot(`
[
  "realm: up to 63 of A-Z a-z 0-9 . _ -, as it stands in the issuer URL",
  "enabled: Invalid input: expected boolean, received string",
  "users[0].username: Too small: expected string to have >=1 characters",
  "users[1].credentials[0].type: Invalid input: expected string, received undefined",
  "sparekey.polcy: there is no such setting",
]
`);
  });

  test('an unknown setting of our own is refused by name, at every depth', () => {
    expect(
      problemsOf({
        realm: 'a',
        sparekey: { policy: { lockout: { totp: { failure: 3, hardStop: 5 } }, backupCode: {} } },
      }),
    ).toMatchInlineSnapshot(`
[
  "sparekey.policy.lockout.totp.hardStop: Too small: expected number to be >=10",
  "sparekey.policy.lockout.totp.failure: there is no such setting",
  "sparekey.policy.backupCode: there is no such setting",
]
`);
  });

  test('what an organization decides is refused by its path: unknown, out of bounds, or the realm’s alone', () => {
    const policy = { backupCodes: { count: 3, amount: 1 }, hashing: { profile: 'strong' } };
    expect(
      problemsOf({ realm: 'a', organizations: [{ name: 'b' }, { name: 'o', sparekey: { policy, rules: 1 } }] }),
    ).toEqual(['organizations[1].sparekey.rules: there is no such setting']);
    expect(problemsOf({ realm: 'a', organizations: [{ name: 'o', sparekey: { policy } }] })).toEqual([
      'organizations[0].sparekey.policy.backupCodes.count: Too small: expected number to be >=8',
      'organizations[0].sparekey.policy.backupCodes.amount: there is no such setting',
      'organizations[0].sparekey.policy.hashing.profile: is decided by the realm for everyone',
    ]);
  });

  test('names that refer to nothing are problems', () => {
    expect(
      problemsOf({
        realm: 'a',
        roles: { client: { ghost: [{ name: 'r' }] } },
        users: [
          { username: 'ann', groups: ['/none'], clientRoles: { ghost: ['x'] }, serviceAccountClientId: 'ghost' },
          { username: 'bob' },
        ],

        organizations: [{ name: 'o', members: [{ username: 'carl' }] }],
      }),
    ).toMatchInlineSnapshot(`
[
  "roles.client.ghost: there is no client ghost",
  "users[0]: there is no client ghost for the role x",
  "users[0].groups[0]: there is no group /none",
  "users[0].serviceAccountClientId: there is no client ghost",
  "organizations[0].members[0]: there is no person carl",
]
`);
  });

  test('two people cannot share a login in any spelling, nor can a username be the e-mail of another', () => {
    expect(
      problemsOf({
        realm: 'a',
        users: [
          { username: 'Ann' },
          { username: 'ａnn ' },
          { username: 'bob', email: 'x@a.example' },
          { username: 'X@A.example' },
        ],
      }),
    ).toMatchInlineSnapshot(`
[
  "users[1].username: ann is the username or e-mail address of another person",
  "users[3].username: x@a.example is the username or e-mail address of another person",
]
`);
  });

  test('a setting that stands twice with two values is a problem', () => {
    expect(
      problemsOf({ realm: 'a', accessTokenLifespan: 60, sparekey: { policy: { tokens: { accessTokenSeconds: 90 } } } }),
    ).toMatchInlineSnapshot(`
[
  "sparekey.policy.tokens.accessTokenSeconds: says 90, but accessTokenLifespan says 60: keep one of them",
]
`);
  });

  test('text that the database cannot hold is found by its path', () => {
    const users = [
      { username: 'ann', attributes: { note: ['a\0b'] } },
      { username: 'bob', firstName: '\ud800' },
    ];
    expect(readRealmFile({ realm: 'a', users }).problems.map(({ path }) => path)).toEqual([
      'users[0].attributes.note[0]',
      'users[1].firstName',
    ]);
  });

  test.each([undefined, null, 7, 'realm', [], {}])('%j is no realm file', (file) => {
    expect(readRealmFile(file).problems).not.toEqual([]);
  });
});
