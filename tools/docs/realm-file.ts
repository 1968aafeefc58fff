import {
  clientFileSchema,
  credentialFileSchema,
  groupFileSchema,
  organizationFileSchema,
  realmFileSchema,
  roleFileSchema,
  userFileSchema,
} from '@sparekey/contracts';
import { keycloakKeyNotes } from '@sparekey/realms';
import { generatedFrom, markdownTable, type Page } from './page.ts';

const parts = [
  { title: 'Realm', schema: realmFileSchema, notes: keycloakKeyNotes.realm },
  { title: 'Person: `users[]`', schema: userFileSchema, notes: keycloakKeyNotes.user },
  { title: 'Credential: `users[].credentials[]`', schema: credentialFileSchema, notes: keycloakKeyNotes.credential },
  { title: 'Client: `clients[]`', schema: clientFileSchema, notes: keycloakKeyNotes.client },
  { title: 'Role: `roles.realm[]`, `roles.client.*[]`', schema: roleFileSchema, notes: keycloakKeyNotes.role },
  { title: 'Group: `groups[]` and `subGroups[]`', schema: groupFileSchema, notes: keycloakKeyNotes.group },
  { title: 'Organization: `organizations[]`', schema: organizationFileSchema, notes: keycloakKeyNotes.organization },
] as const;

export const page: Page = {
  path: 'docs/reference/realm-file.md',
  render: () =>
    [
      generatedFrom('libs/contracts/src/realm-file/ and libs/realms/src/realm-file/keycloak-keys.ts'),
      '# Realm files',
      '',
      "A realm file is JSON in Keycloak's realm export representation (Keycloak 26). `npm run sparekey -- realm import FILE… --dry-run` tells what a file would become, and lists by its path every part that has no effect here. Our own settings stand under `sparekey`, where an unknown key is an error.",
      '',
      ...parts.flatMap(({ title, schema, notes }) => [
        `## ${title}`,
        '',
        `Taken over: ${Object.keys(schema.shape)
          .map((key) => `\`${key}\``)
          .join(', ')}.`,
        '',
        ...(notes.why === undefined
          ? []
          : [
              markdownTable(
                ['Listed, without effect', 'Instead'],
                Object.entries(notes.why).map(([key, why]) => [`\`${key}\``, why]),
              ),
              '',
            ]),
      ]),
      '## Our own settings',
      '',
      'The policy of the realm stands under `sparekey.policy`, what an organization decides under `organizations[].sparekey.policy`: [policy.md](policy.md) lists every setting. Connections with directories stand under `sparekey.scimConnections`, without their secrets: [scim-connections.md](scim-connections.md).',
      '',
    ].join('\n'),
};
