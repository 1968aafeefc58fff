import { keycloak26Export } from './fixtures/keycloak-26.ts';
import type { RealmPlan } from './plan.ts';
import { readRealmFile } from './read.ts';

const pbkdf2 = (algorithm: string, hashIterations: number, bytes: number) => ({
  secretData: JSON.stringify({
    value: Buffer.alloc(bytes, 7).toString('base64'),
    salt: Buffer.alloc(16, 9).toString('base64'),
    additionalParameters: {},
  }),
  credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters: {} }),
});
const keycloak = () =>
  keycloak26Export({
    sha256: pbkdf2('pbkdf2-sha256', 27_500, 64),
    sha512: pbkdf2('pbkdf2-sha512', 210_000, 64),
    argon2: {
      secretData: pbkdf2('', 0, 32).secretData,
      credentialData:
        '{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}',
    },
  });

function planOf(file: unknown): RealmPlan {
  const { plan, problems } = readRealmFile(file);
  expect(problems).toEqual([]);
  if (plan === undefined) throw new Error('no plan');
  return plan;
}
const unsupportedOf = (file: unknown) => readRealmFile(file).unsupported.map(({ path }) => path);
const find = <T>(entries: readonly T[], test: (entry: T) => boolean): T => {
  const entry = entries.find(test);
  if (entry === undefined) throw new Error('not found');
  return entry;
};

describe('an export of Keycloak 26', () => {
  test('is read without a problem', () => {
    const plan = planOf(keycloak());
    expect(plan.realm).toMatchObject({
      id: '77c8184b-15c5-415e-8290-1189e963bdcf',
      name: 'acme',
      displayName: 'Acme',
      enabled: true,
      attributes: { parRequestUriLifespan: '60', frontendUrl: '' },
    });
    expect(plan.realm.policy.session).toMatchObject({ idleSeconds: 1800, absoluteSeconds: 36_000 });
    expect(plan.clients.map(({ clientId }) => clientId)).toEqual([
      'account',
      'shop',
      'batch',
      'https://legacy.example/saml',
    ]);
  });

  test('names every part that has no effect here, by path, and nothing that loses nothing', () => {
    expect(unsupportedOf(keycloak()).sort()).toMatchInlineSnapshot(`
[
  "accessTokenLifespanForImplicitFlow",
  "authenticationFlows",
  "browserFlow",
  "browserSecurityHeaders",
  "clientScopes",
  "clients[0].baseUrl",
  "clients[0].fullScopeAllowed",
  "clients[0].optionalClientScopes[4]",
  "clients[0].redirectUris[0]",
  "clients[1].adminUrl",
  "clients[1].attributes["id.token.signed.response.alg"]",
  "clients[1].attributes["tls.client.certificate.bound.access.tokens"]",
  "clients[1].defaultClientScopes[6]",
  "clients[1].directAccessGrantsEnabled",
  "clients[1].frontchannelLogout",
  "clients[1].protocolMappers",
  "clients[1].redirectUris[1]",
  "clients[1].webOrigins[1]",
  "clients[2].secret",
  "clients[3].attributes["saml.assertion.signature"]",
  "clients[3].protocol",
  "components",
  "defaultRole",
  "displayNameHtml",
  "requiredActions",
  "revokeRefreshToken",
  "sslRequired",
  "supportedLocales",
  "users[0].credentials[2]",
  "users[0].federatedIdentities",
  "users[1].requiredActions[0]",
  "users[2].credentials[1]",
]
`);
  });

  test('warns of what is taken over in another form', () => {
    expect(readRealmFile(keycloak()).warnings).toMatchInlineSnapshot(`
[
  {
    "path": "accessTokenLifespan",
    "why": "36000 is out of bounds; 3600 is used",
  },
]
`);
  });

  test('people keep their id, so that sub stays the same, and their credentials', () => {
    const vera = find(planOf(keycloak()).users, ({ username }) => username === 'vera');
    expect(vera).toMatchObject({
      id: '2a117809-8285-4718-a131-bd61fb57cd1f',
      email: 'vera@acme.example',
      emailVerified: true,
      locale: 'it',
      phoneNumber: '+15550100',
      phoneNumberVerified: true,
      attributes: { badge: ['7', '8'] },
      createdAt: new Date(1_740_654_221_121),
      groups: ['/staff', '/staff/night~/day'],
      roles: [{ role: 'default-roles-acme' }, { client: 'account', role: 'manage-account' }],
    });
    expect(vera.password).toEqual({
      phc: expect.stringMatching(/^\$pbkdf2-sha256\$i=27500\$/),
      createdAt: new Date(1_740_654_221_121),
    });
    expect(vera.totp).toEqual([
      expect.objectContaining({
        label: 'Smartphone',
        secret: Buffer.from('Quohp7t2mrLMUwft3g90', 'utf8'),
        algorithm: 'sha1',
        digits: 6,
        periodSeconds: 30,
      }),
    ]);
  });

  test('a seed in base32 is decoded, with its own algorithm, digits and period', () => {
    const omar = find(planOf(keycloak()).users, ({ username }) => username === 'omar');
    expect(omar.totp).toEqual([
      expect.objectContaining({
        secret: Buffer.from('48656c6c6f21deadbeef48656c6c6f21deadbeef', 'hex'),
        algorithm: 'sha256',
        digits: 8,
        periodSeconds: 60,
      }),
    ]);
    expect(omar.requiredActions).toEqual(['UPDATE_PASSWORD']);
  });

  test('a client keeps the addresses that match exactly', () => {
    const shop = find(planOf(keycloak()).clients, ({ clientId }) => clientId === 'shop');
    expect(shop).toMatchObject({
      secret: 'Yh2N5T0w7Gm0aYlI3y3n4w0jJc2vZQz1',
      redirectUris: ['https://shop.example/callback', 'https://shop.example/cb', 'com.acme.shop:/cb'],
      postLogoutRedirectUris: ['https://shop.example/bye', 'https://shop.example/out'],
      webOrigins: ['https://shop.example'],
      baseUrl: 'https://shop.example/start',
      backchannelLogoutUrl: 'https://shop.example/logout',
      backchannelLogoutSessionRequired: true,
      idTokenAlg: 'RS256',
      scopes: ['profile', 'roles', 'email'],
      consentRequired: true,
    });
  });

  test('the account REST opens to clients that name its scope, not by way of a realm’s defaults', () => {
    const clients = [{ clientId: 'names-it', optionalClientScopes: ['account'] }, { clientId: 'does-not' }];
    const file = { realm: 'acme', clients, defaultDefaultClientScopes: ['profile', 'account'] };
    expect(planOf(file).clients.map(({ scopes }) => scopes)).toEqual([['account'], ['profile']]);
  });

  test('a client of another protocol is kept for its roles, but disabled', () => {
    const saml = find(planOf(keycloak()).clients, ({ clientId }) => clientId.includes('saml'));
    expect(saml).toMatchObject({ enabled: false, standardFlow: false, serviceAccount: false });
  });

  test('groups come with their tree, a slash in a name escaped as Keycloak does', () => {
    expect(planOf(keycloak()).groups.map(({ path, parentPath }) => [path, parentPath])).toEqual([
      ['/staff', undefined],
      ['/staff/night~/day', '/staff'],
    ]);
  });
});

test.each([
  [{ ssoSessionMaxLifespan: 600 }, { idleSeconds: 600, absoluteSeconds: 600 }],
  [
    { ssoSessionIdleTimeout: 7200, ssoSessionMaxLifespan: 600 },
    { idleSeconds: 600, absoluteSeconds: 600 },
  ],
  [
    { ssoSessionIdleTimeout: 1, ssoSessionMaxLifespan: 99_999_999 },
    { idleSeconds: 300, absoluteSeconds: 7_776_000 },
  ],
])('lifetimes of Keycloak that are out of bounds are moved into them: %j', (lifetimes, session) => {
  expect(planOf({ realm: 'a', ...lifetimes }).realm.policy.session).toMatchObject(session);
  expect(readRealmFile({ realm: 'a', ...lifetimes }).warnings).not.toEqual([]);
});

test('redirect URIs that lead nowhere safe are reported, never taken over', () => {
  const hostile = [
    'https://*.example/cb',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'https://a.example/cb#frag',
    'https://user:pw@a.example/cb',
    '/relative',
    'callback',
    '*',
  ];
  const file = { realm: 'a', clients: [{ clientId: 'c', publicClient: true, redirectUris: hostile }] };
  expect(planOf(file).clients[0]?.redirectUris).toEqual([]);
  expect(unsupportedOf(file)).toEqual(hostile.map((_, index) => `clients[0].redirectUris[${index}]`));
});

test('a role that is only referred to is made, as Keycloak does, with a warning', () => {
  const file = { realm: 'a', users: [{ username: 'ann', realmRoles: ['auditor'] }] };
  expect(planOf(file).roles).toEqual([{ role: 'auditor', attributes: {}, composites: [] }]);
  expect(readRealmFile(file).warnings).toHaveLength(1);
});

test('a temporary password is kept as such, and the report says that no sign-in asks for a new one', () => {
  const credentials = [{ type: 'password', value: 'first-day', temporary: true }];
  expect(planOf({ realm: 'a', users: [{ username: 'ann', credentials }] }).users[0]).toMatchObject({
    password: { plain: 'first-day' },
    requiredActions: ['UPDATE_PASSWORD'],
  });
  expect(unsupportedOf({ realm: 'a', users: [{ username: 'ann', credentials }] })).toEqual(['users[0].credentials']);
});

test('a client that signs in as itself gets its account when the file does not bring it', () => {
  const plan = planOf({ realm: 'a', clients: [{ clientId: 'Job', secret: 's', serviceAccountsEnabled: true }] });
  expect(plan.users).toEqual([
    expect.objectContaining({ username: 'service-account-job', serviceAccountOf: 'Job', roles: [] }),
  ]);
});

test('no finding ever quotes a secret', () => {
  const file = keycloak();
  const findings = JSON.stringify(readRealmFile({ ...file, realm: 'a b' }));
  const secret = (credentialData: string) => [{ type: 'password', secretData: 'canary-secret', credentialData }];
  const broken = JSON.stringify(
    readRealmFile({ realm: 'a', users: [{ username: 'ann', credentials: secret('{}') }] }).problems,
  );
  expect(findings).not.toContain('Yh2N5T0w7Gm0aYlI3y3n4w0jJc2vZQz1');
  expect(broken).toContain('secretData');
  expect(broken).not.toContain('canary-secret');
});

test('null stands for absent, as Keycloak reads it', () => {
  expect(
    planOf({
      realm: 'a',
      displayName: null,
      users: null,
      clients: [{ clientId: 'c', publicClient: true, secret: null }],
    }).users,
  ).toEqual([]);
});
