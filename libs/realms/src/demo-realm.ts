import type { RealmFileInput } from '@sparekey/contracts';

/** The people of the demo realm with what they type; printed by `npm start`. */
export const demoPeople = [
  {
    username: 'ada',
    password: 'ada-at-acme',
    about: 'has a password only: sets up an authenticator app at the first sign-in',
  },
  {
    username: 'lin',
    password: 'lin-at-acme',
    totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    about: 'came from Keycloak with an authenticator app: gets backup codes at the next sign-in',
  },
  {
    username: 'sam',
    password: 'sam-at-acme',
    about: 'signs in with the e-mail address sam@acme.example as well',
  },
] as const satisfies readonly { username: string; password: string; totpSecret?: string; about: string }[];

/**
 * The realm `demo` as a realm file: two applications of the demo relying party at `rpUrl` (no trailing slash), and
 * people to sign in as. Its secrets are public: for trial only.
 */
export function demoRealm({ rpUrl }: { rpUrl: string }): RealmFileInput {
  const application = (
    name: string,
    title: string,
    description: string,
    consentRequired: boolean,
    scopes: readonly string[] = [],
  ) => ({
    clientId: `demo-${name}`,
    name: title,
    description,
    secret: `demo-${name}-secret`,
    consentRequired,
    baseUrl: `${rpUrl}/${name}`,
    redirectUris: [`${rpUrl}/${name}/callback`],
    webOrigins: ['+'],
    attributes: {
      'post.logout.redirect.uris': `${rpUrl}/${name}`,
      'backchannel.logout.url': `${rpUrl}/${name}/backchannel-logout`,
      'backchannel.logout.session.required': 'true',
    },
    optionalClientScopes: ['profile', 'email', 'phone', 'address', 'roles', 'groups', 'organization', ...scopes],
  });
  const groups: Record<string, string[]> = { ada: ['/engineering'], lin: ['/finance/payroll'], sam: ['/finance'] };
  const names: Record<string, string[]> = { ada: ['Ada', 'Byron'], lin: ['Lin', 'Wei'], sam: ['Sam', 'Okafor'] };
  return {
    realm: 'demo',
    displayName: 'Acme',
    enabled: true,
    roles: {
      realm: [{ name: 'employee', description: 'Works at Acme' }],
      client: { 'demo-payroll': [{ name: 'approver', description: 'May approve a payment' }] },
    },
    groups: [
      { name: 'engineering' },
      {
        name: 'finance',
        subGroups: [{ name: 'payroll', clientRoles: { 'demo-payroll': ['approver'] } }],
      },
    ],
    clients: [
      application('payroll', 'Payroll', 'Salaries and expenses', false),
      application('wiki', 'Wiki', 'What everyone at Acme should know', true, ['account']),
      {
        // The example of docs/how-to/account-api.md.
        clientId: 'demo-command-line',
        name: 'Command line',
        publicClient: true,
        consentRequired: true,
        redirectUris: ['http://127.0.0.1/callback'],
        attributes: { application_type: 'native' },
        optionalClientScopes: ['account'],
      },
    ],
    users: demoPeople.map((person) => ({
      username: person.username,
      email: `${person.username}@acme.example`,
      emailVerified: true,
      firstName: names[person.username]?.[0],
      lastName: names[person.username]?.[1],
      enabled: true,
      credentials: [
        { type: 'password', value: person.password },
        ...('totpSecret' in person
          ? [
              {
                type: 'otp',
                userLabel: 'Phone',
                secretData: JSON.stringify({ value: person.totpSecret }),
                credentialData: JSON.stringify({
                  subType: 'totp',
                  digits: 6,
                  period: 30,
                  algorithm: 'HmacSHA1',
                  secretEncoding: 'BASE32',
                }),
              },
            ]
          : []),
      ],
      realmRoles: ['employee'],
      groups: groups[person.username],
    })),
    organizations: [
      {
        name: 'Acme Labs',
        alias: 'acme-labs',
        domains: [{ name: 'acme.example', verified: true }],
        members: [{ username: 'ada' }],
      },
    ],
    sparekey: { policy: { secondFactor: { required: 'required' }, account: { deletion: true } } },
  };
}
