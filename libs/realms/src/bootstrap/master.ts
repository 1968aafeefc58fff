import type { RealmFileInput } from '@sparekey/contracts';

export interface BootstrapAdministrator {
  /** The first administrator, a person. */
  person?: { username: string; password: string };
  /** The first service account, for scripts. */
  client?: { clientId: string; secret: string };
}

/** The realm `master` as a realm file: who administers the others. Imported once, when it is absent. */
export function masterRealm({ person, client }: BootstrapAdministrator): RealmFileInput {
  return {
    realm: 'master',
    displayName: 'Administration',
    enabled: true,
    roles: {
      realm: [
        { name: 'admin', description: 'Administers every realm', composites: { realm: ['create-realm'] } },
        { name: 'create-realm', description: 'Makes realms' },
      ],
    },
    clients: client
      ? [
          {
            clientId: client.clientId,
            name: 'Bootstrap administrator',
            secret: client.secret,
            standardFlowEnabled: false,
            serviceAccountsEnabled: true,
            optionalClientScopes: ['roles'],
          },
        ]
      : [],
    users: [
      ...(person
        ? [
            {
              username: person.username,
              enabled: true,
              credentials: [{ type: 'password', value: person.password }],
              realmRoles: ['admin'],
            },
          ]
        : []),
      ...(client
        ? [
            {
              username: `service-account-${client.clientId.toLowerCase()}`,
              enabled: true,
              serviceAccountClientId: client.clientId,
              realmRoles: ['admin'],
            },
          ]
        : []),
    ],
  };
}
