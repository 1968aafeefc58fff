import { z } from 'zod';
import { clientFileSchema } from './client.ts';
import { groupFileSchema } from './group.ts';
import { organizationFileSchema } from './organization.ts';
import { rolesFileSchema } from './role.ts';
import { scimConnectionFileSchema } from './scim-connection.ts';
import { userFileSchema } from './user.ts';
import { id } from './values.ts';

/**
 * The part of Keycloak's RealmRepresentation (realm export, Keycloak 26) that is understood here. Keys beyond it are
 * stripped by this schema; the import lists each by its path. Our own settings stand under `sparekey`, where an unknown
 * key is an error.
 */
export const realmFileSchema = z.object({
  id: id.optional(),
  realm: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'up to 63 of A-Z a-z 0-9 . _ -, as it stands in the issuer URL'),
  displayName: z.string().max(255).optional(),
  enabled: z.boolean().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  accessTokenLifespan: z.int().min(0).optional().describe('Seconds'),
  ssoSessionIdleTimeout: z.int().min(0).optional().describe('Seconds'),
  ssoSessionMaxLifespan: z.int().min(0).optional().describe('Seconds'),
  defaultSignatureAlgorithm: z.string().optional().describe('For clients that name no algorithm of their own'),
  defaultDefaultClientScopes: z.array(z.string()).optional(),
  defaultOptionalClientScopes: z.array(z.string()).optional(),
  organizationsEnabled: z.boolean().optional(),
  keycloakVersion: z.string().optional(),
  roles: rolesFileSchema.optional(),
  groups: z.array(groupFileSchema).optional(),
  users: z.array(userFileSchema).optional(),
  clients: z.array(clientFileSchema).optional(),
  organizations: z.array(organizationFileSchema).optional(),
  sparekey: z
    .strictObject({
      /** Checked against libs/policy by the import: what is left out has its default. */
      policy: z.record(z.string(), z.unknown()).optional(),
      scimConnections: z.array(scimConnectionFileSchema).max(100_000).optional(),
    })
    .optional(),
});

export type RealmFile = z.infer<typeof realmFileSchema>;
/** What may stand in a file before reading. */
export type RealmFileInput = z.input<typeof realmFileSchema>;
