/**
 * Keys of Keycloak's representations that the schema leaves out. `harmless` lists the values that lose nothing by being
 * left out ('any' for keys that only repeat what stands elsewhere); `why` says what a person gets instead.
 */
export interface KeyNotes {
  harmless: Record<string, 'any' | readonly unknown[]>;
  why?: Record<string, string>;
}

const off = [false] as const;

export const realmKeys: KeyNotes = {
  harmless: {
    notBefore: [0],
    refreshTokenMaxReuse: [0],
    revokeRefreshToken: [true],
    registrationAllowed: off,
    registrationEmailAsUsername: off,
    rememberMe: off,
    verifyEmail: off,
    loginWithEmailAllowed: [true],
    duplicateEmailsAllowed: off,
    resetPasswordAllowed: off,
    editUsernameAllowed: off,
    bruteForceProtected: [true],
    permanentLockout: off,
    offlineSessionMaxLifespanEnabled: off,
    clientSessionIdleTimeout: [0],
    clientSessionMaxLifespan: [0],
    clientOfflineSessionIdleTimeout: [0],
    clientOfflineSessionMaxLifespan: [0],
    ssoSessionIdleTimeoutRememberMe: [0],
    ssoSessionMaxLifespanRememberMe: [0],
    otpPolicyType: ['totp'],
    otpPolicyAlgorithm: ['HmacSHA1'],
    otpPolicyInitialCounter: [0],
    otpPolicyDigits: [6],
    otpPolicyLookAheadWindow: [1],
    otpPolicyPeriod: [30],
    otpPolicyCodeReusable: off,
    userManagedAccessAllowed: off,
    adminPermissionsEnabled: off,
    verifiableCredentialsEnabled: off,
    oid4VciEnabled: off,
    scimApiEnabled: off,
    internationalizationEnabled: [true],
    eventsEnabled: off,
    eventsListeners: 'any',
    adminEventsEnabled: off,
    adminEventsDetailsEnabled: off,
    requiredCredentials: 'any',
  },
  why: {
    components: 'providers of Keycloak, its signing keys among them, are not taken over: new keys are made',
    authenticationFlows: 'the sign-in follows sparekey.policy',
    authenticatorConfig: 'the sign-in follows sparekey.policy',
    requiredActions: 'the sign-in follows sparekey.policy; actions of single people are kept',
    identityProviders: 'signing in through other providers is not supported',
    identityProviderMappers: 'signing in through other providers is not supported',
    userFederationProviders: 'people live in the database; import them',
    clientScopes: 'scopes are built in: profile, email, phone, address, roles, groups, organization, account',
    clientProfiles: 'not supported',
    clientPolicies: 'not supported',
    passwordPolicy: 'not supported',
    smtpServer: 'not part of a realm',
    sslRequired: 'decided by the public URL of the server',
    defaultRole: 'the role itself is kept; new people are not given it by themselves',
    defaultRoles: 'new people are not given roles by themselves',
    defaultGroups: 'new people are not put into groups by themselves',
    revokeRefreshToken: 'refresh tokens are always rotated, and reuse revokes their family',
    bruteForceProtected: 'limits are always on: sparekey.policy.lockout',
    permanentLockout: 'limits follow sparekey.policy.lockout',
    failureFactor: 'limits follow sparekey.policy.lockout',
    duplicateEmailsAllowed: 'an e-mail address leads to one person',
    loginWithEmailAllowed: 'people can always sign in with their e-mail address',
    registrationAllowed: 'people cannot register themselves',
    resetPasswordAllowed: 'passwords cannot be reset by mail',
    scopeMappings: 'tokens carry every role the person has',
    clientScopeMappings: 'tokens carry every role the person has',
    federatedUsers: 'people of other directories are not taken over',
  },
};

export const userKeys: KeyNotes = {
  harmless: {
    totp: 'any',
    disableableCredentialTypes: 'any',
    access: 'any',
    self: 'any',
    userProfileMetadata: 'any',
    notBefore: [0],
  },
  why: {
    federatedIdentities: 'signing in through other providers is not supported',
    federationLink: 'people of other directories become people of this one',
    clientConsents: 'people are asked for their consent again',
    notBefore: 'tokens signed before the move do not verify here anyway',
  },
};

export const credentialKeys: KeyNotes = { harmless: { priority: 'any' } };

export const clientKeys: KeyNotes = {
  harmless: {
    surrogateAuthRequired: off,
    alwaysDisplayInConsole: off,
    clientAuthenticatorType: ['client-secret'],
    notBefore: [0],
    implicitFlowEnabled: off,
    directAccessGrantsEnabled: off,
    authorizationServicesEnabled: off,
    frontchannelLogout: off,
    fullScopeAllowed: [true],
    nodeReRegistrationTimeout: [0, -1],
    registeredNodes: 'any',
    access: 'any',
    origin: 'any',
  },
  why: {
    implicitFlowEnabled: 'the implicit flow is not offered: use the code flow with PKCE',
    directAccessGrantsEnabled: 'the password grant is not offered: use the code flow with PKCE',
    clientAuthenticatorType: 'the client signs in with its secret',
    frontchannelLogout: 'sign-out is told through the back channel',
    fullScopeAllowed: 'tokens carry every role the person has',
    adminUrl: 'not supported: use backchannel.logout.url',
    protocolMappers: 'claims follow from the scopes',
    authorizationSettings: 'authorization services are not supported',
    authorizationServicesEnabled: 'authorization services are not supported',
  },
};

export const roleKeys: KeyNotes = {
  harmless: { composite: 'any', clientRole: 'any', containerId: 'any', scopeParamRequired: off },
};

export const groupKeys: KeyNotes = {
  harmless: { path: 'any', parentId: 'any', subGroupCount: 'any', access: 'any' },
};

export const organizationKeys: KeyNotes = {
  harmless: {},
  why: { identityProviders: 'signing in through other providers is not supported' },
};

export const memberKeys: KeyNotes = {
  harmless: {
    ...userKeys.harmless,
    id: 'any',
    enabled: 'any',
    emailVerified: 'any',
    membershipType: ['UNMANAGED'],
    createdTimestamp: 'any',
    email: 'any',
    firstName: 'any',
    lastName: 'any',
  },
  why: { membershipType: 'membership does not depend on another provider' },
};

/** All notes by the part of the file they are about: for the import, and for the reference page. */
export const keycloakKeyNotes = {
  realm: realmKeys,
  user: userKeys,
  credential: credentialKeys,
  client: clientKeys,
  role: roleKeys,
  group: groupKeys,
  organization: organizationKeys,
  member: memberKeys,
} as const;
