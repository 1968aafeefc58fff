import { policySchema } from '@sparekey/policy';
import fc from 'fast-check';
import { arbitraryConnections } from './arbitrary-connections.ts';

/** Text as people write it: letters of any script, marks, spaces inside; what PostgreSQL and JSON can hold. */
const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .filter((value) => value.isWellFormed() && !value.includes('\0') && value.trim() === value);

const simpleName = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/);
const attributes = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z.]{0,9}$/).filter((name) => name !== 'locale'),
  fc.array(text(12), { minLength: 1, maxLength: 3 }),
  { maxKeys: 3 },
);
const seconds = (min: number, max: number) => fc.integer({ min, max });
const instant = fc.date({ min: new Date('2001-01-01'), max: new Date('2026-01-01'), noInvalidDate: true });
const uuid = fc.uuid({ version: [4, 7] });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const base64 = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('base64'));

const password = fc
  .record({
    value: base64(32),
    salt: base64(16),
    createdDate: instant,
    kind: fc.constantFrom('argon2', 'pbkdf2-sha256', 'pbkdf2-sha512', 'pbkdf2'),
    hashIterations: seconds(1, 60),
  })
  .map(({ value, salt, createdDate, kind, hashIterations }) => ({
    type: 'password',
    createdDate: createdDate.getTime(),
    secretData: JSON.stringify({ value, salt, additionalParameters: {} }),
    credentialData: JSON.stringify({
      hashIterations,
      algorithm: kind,
      additionalParameters:
        kind === 'argon2'
          ? { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] }
          : {},
    }),
  }));

const otp = fc
  .record({
    userLabel: text(20),
    createdDate: instant,
    seed: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    digits: fc.constantFrom(6, 7, 8),
    period: seconds(1, 3600),
    algorithm: fc.constantFrom('HmacSHA1', 'HmacSHA256', 'HmacSHA512'),
    lastStep: seconds(0, 60_000_000),
    driftSteps: seconds(-1, 1),
    lastUsedAt: optional(instant),
  })
  .map(({ userLabel, createdDate, seed, digits, period, algorithm, lastStep, driftSteps, lastUsedAt }) => ({
    type: 'otp',
    userLabel,
    createdDate: createdDate.getTime(),
    secretData: JSON.stringify({ value: base32(seed) }),
    credentialData: JSON.stringify({
      subType: 'totp',
      digits,
      counter: 0,
      period,
      algorithm,
      secretEncoding: 'BASE32',
    }),
    sparekey: {
      lastStep,
      driftSteps,
      confirmedAt: createdDate.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString(),
    },
  }));

/** Written here on its own, so that a fault of ours would not cancel itself out. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
}

const policy = fc.record({
  secondFactor: fc.record({
    required: fc.constantFrom('optional', 'required'),
    requiredForRoles: fc.uniqueArray(text(20), { maxLength: 3 }),
    clientAcr: fc.dictionary(simpleName, fc.constantFrom('urn:sparekey:acr:mfa', 'phr'), { maxKeys: 2 }),
    graceDays: seconds(0, 90),
    allowed: fc.subarray(['totp', 'webauthn', 'sms', 'email'], { minLength: 1 }),
  }),
  backupCodes: fc.record({
    required: fc.constantFrom('with_second_factor', 'never'),
    count: seconds(8, 20),
    groups: seconds(2, 6),
    groupLength: seconds(4, 8),
    expiryDays: seconds(30, 730),
    lowThreshold: seconds(1, 7),
    selection: fc.constantFrom('any', 'numbered'),
  }),
  hashing: fc.record({ profile: fc.constantFrom('standard', 'strong') }),
  recovery: fc.record({ repair: fc.constantFrom('encourage', 'require') }),
  tokens: fc.record({ refreshTokenSeconds: seconds(300, 7_776_000), idTokenSeconds: seconds(30, 3600) }),
  freshProofSeconds: seconds(30, 3600),
});

/** What an organization decides: any part of it, or nothing. */
const override = fc.record(
  {
    secondFactor: fc.record({ required: fc.constantFrom('optional', 'required') }),
    backupCodes: fc.record({ groups: seconds(2, 6), selection: fc.constantFrom('any', 'numbered') }),
  },
  { requiredKeys: [] },
);

const uri = fc
  .tuple(simpleName, fc.stringMatching(/^[a-z0-9/]{0,12}$/))
  .map(([host, path]) => `https://${host}.example/${path}`);

const byCreation = (a: { createdDate: number }, b: { createdDate: number }) => a.createdDate - b.createdDate;

/** What a realm can hold, without its name, as an export writes it: an import and an export give the same again. */
export const arbitraryRealmFile = fc
  .record({
    displayName: optional(text(30)),
    enabled: fc.boolean(),
    attributes: fc.dictionary(simpleName, text(20), { maxKeys: 3 }),
    accessTokenLifespan: seconds(30, 3600),
    ssoSessionIdleTimeout: seconds(300, 2_592_000),
    ssoSessionMaxLifespan: seconds(2_592_000, 7_776_000),
    policy,
    roleNames: fc.uniqueArray(text(20), { minLength: 1, maxLength: 4 }),
    groupNames: fc.uniqueArray(
      text(12).filter((name) => !/[/~]/.test(name)),
      { minLength: 1, maxLength: 3 },
    ),
    clients: fc.uniqueArray(
      fc.record({
        id: uuid,
        clientId: simpleName,
        name: optional(text(20)),
        description: optional(text(20)),
        enabled: fc.boolean(),
        publicClient: fc.constant(false),
        secret: fc.string({ minLength: 1, maxLength: 30 }).filter((value) => !/^\*+$|\0/.test(value)),
        baseUrl: optional(uri),
        redirectUris: fc.uniqueArray(uri, { maxLength: 3 }),
        webOrigins: fc.uniqueArray(
          simpleName.map((name) => `https://${name}.example`),
          { maxLength: 2 },
        ),
        standardFlowEnabled: fc.boolean(),
        consentRequired: fc.boolean(),
        logout: optional(uri),
        postLogout: fc.uniqueArray(uri, { maxLength: 2 }),
        logoutSession: fc.boolean(),
        alg: fc.constantFrom('ES256', 'RS256', 'EdDSA'),
        scopes: fc.subarray(['profile', 'email', 'phone', 'address', 'roles', 'groups', 'organization']),
        roles: fc.uniqueArray(text(12), { maxLength: 2 }),
      }),
      { selector: ({ clientId }) => clientId, maxLength: 3 },
    ),
    users: fc.uniqueArray(
      fc.record({
        id: uuid,
        createdTimestamp: instant.map((date) => date.getTime()),
        username: simpleName,
        email: fc.boolean(),
        enabled: fc.boolean(),
        emailVerified: fc.boolean(),
        firstName: optional(text(20)),
        lastName: optional(text(20)),
        attributes,
        locale: optional(fc.constantFrom('en', 'it')),
        phoneNumber: optional(fc.constant('+15550100')),
        requiredActions: fc.subarray(['UPDATE_PASSWORD', 'CONFIGURE_TOTP']),
        password: optional(password),
        otp: fc.array(otp, { maxLength: 2 }),
        inGroup: fc.boolean(),
        hasRole: fc.boolean(),
      }),
      { selector: ({ username }) => username, maxLength: 5 },
    ),
    organization: optional(fc.record({ name: text(20), override })),
    connections: arbitraryConnections,
  })
  .filter(({ policy: given }) => policySchema.safeParse(given).success)
  .map(({ policy: given, roleNames, groupNames, organization, ...parts }) => {
    const names = roleNames.toSorted();
    const [firstRole = '', secondRole] = names;
    const clients = parts.clients.toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1));
    const groups = groupNames.toSorted();
    const [parent = ''] = groups;
    const users = parts.users.toSorted((a, b) => (a.username < b.username ? -1 : 1));
    return {
      displayName: parts.displayName,
      enabled: parts.enabled,
      attributes: parts.attributes,
      accessTokenLifespan: parts.accessTokenLifespan,
      ssoSessionIdleTimeout: parts.ssoSessionIdleTimeout,
      ssoSessionMaxLifespan: parts.ssoSessionMaxLifespan,
      sparekey: {
        policy: given,
        ...(parts.connections.length > 0 && { scimConnections: parts.connections }),
      },
      roles: {
        realm: names.map((name, index) => ({
          name,
          attributes: { rank: [String(index)] },
          ...(index === 0 && secondRole !== undefined ? { composites: { realm: [secondRole], client: {} } } : {}),
        })),
        client: Object.fromEntries(
          clients.map(({ clientId, roles }) => [
            clientId,
            roles.toSorted().map((name) => ({ name, description: 'of a client', attributes: {} })),
          ]),
        ),
      },
      groups: groups.map((name, index) => ({
        name,
        path: `/${name}`,
        attributes: {},
        realmRoles: index === 0 ? [firstRole] : [],
        clientRoles: {},
        subGroups:
          index === 0
            ? [{ name: 'a/b', path: `/${name}/a~/b`, attributes: {}, realmRoles: [], clientRoles: {}, subGroups: [] }]
            : [],
      })),
      users: users.map((user) => ({
        id: user.id,
        createdTimestamp: user.createdTimestamp,
        username: user.username,
        enabled: user.enabled,
        email: user.email ? `${user.username}@people.example` : undefined,
        emailVerified: user.emailVerified,
        firstName: user.firstName,
        lastName: user.lastName,
        attributes: {
          ...user.attributes,
          ...(user.locale === undefined ? {} : { locale: [user.locale] }),
          ...(user.phoneNumber === undefined ? {} : { phoneNumber: [user.phoneNumber], phoneNumberVerified: ['true'] }),
        },
        credentials: [...(user.password ? [user.password] : []), ...user.otp.toSorted(byCreation)],
        requiredActions: user.requiredActions,
        realmRoles: user.hasRole ? [firstRole] : [],
        clientRoles: {},
        groups: user.inGroup ? [`/${parent}`, `/${parent}/a~/b`] : [],
      })),
      clients: clients.map((client) => ({
        id: client.id,
        clientId: client.clientId,
        name: client.name,
        description: client.description,
        enabled: client.enabled,
        publicClient: client.publicClient,
        secret: client.secret,
        baseUrl: client.baseUrl,
        redirectUris: client.redirectUris,
        webOrigins: client.webOrigins,
        standardFlowEnabled: client.standardFlowEnabled,
        serviceAccountsEnabled: false,
        consentRequired: client.consentRequired,
        attributes: {
          ...(client.postLogout.length > 0 ? { 'post.logout.redirect.uris': client.postLogout.join('##') } : {}),
          ...(client.logout === undefined ? {} : { 'backchannel.logout.url': client.logout }),
          'backchannel.logout.session.required': String(client.logoutSession),
          'id.token.signed.response.alg': client.alg,
        },
        defaultClientScopes: [],
        optionalClientScopes: client.scopes,
      })),
      organizations:
        organization === undefined
          ? []
          : [
              {
                name: organization.name,
                alias: 'the-organization',
                enabled: true,
                domains: [{ name: 'people.example', verified: true }],
                attributes: { size: ['1'] },
                members: users.map(({ username }) => ({ username })),
                ...(Object.keys(organization.override).length > 0 && { sparekey: { policy: organization.override } }),
              },
            ],
    };
  });
