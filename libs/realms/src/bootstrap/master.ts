import type { RealmFileInput } from '@sparekey/contracts';

export interface BootstrapAdministrators {
  /** The first administrator, a person. */
  admin?: { username: string; password: string };
  /** The first service account, for scripts. */
  client?: { clientId: string; clientSecret: string };
}

/** The role that administers every realm, held in the realm `master`. */
export const ADMIN_ROLE = 'admin';

/** The realm `master` as a realm file: who administers the others. */
export function masterRealm({ admin, client }: BootstrapAdministrators): RealmFileInput {
  return {
    realm: 'master',
    displayName: 'Administration',
    enabled: true,
    roles: {
      realm: [
        { name: ADMIN_ROLE, description: 'Administers every realm', composites: { realm: ['create-realm'] } },
        { name: 'create-realm', description: 'Makes realms' },
      ],
    },
    clients: client ? [masterClient(client)] : [],
    users: [
      ...(admin
        ? [
            {
              username: admin.username,
              credentials: [{ type: 'password', value: admin.password }],
              realmRoles: [ADMIN_ROLE],
            },
          ]
        : []),
      ...(client
        ? [
            {
              username: `service-account-${client.clientId.toLowerCase()}`,
              serviceAccountClientId: client.clientId,
              realmRoles: [ADMIN_ROLE],
            },
          ]
        : []),
    ],
  };
}

const masterClient = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => ({
  clientId,
  name: 'Bootstrap administrator',
  secret: clientSecret,
  standardFlowEnabled: false,
  serviceAccountsEnabled: true,
  optionalClientScopes: ['roles'],
});
