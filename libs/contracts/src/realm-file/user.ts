import { z } from 'zod';
import { attributeLists, clientRoleNames, id, roleNames } from './values.ts';

/**
 * One authenticator in Keycloak's CredentialRepresentation. `secretData` and `credentialData` are JSON inside a string;
 * a plain password in `value` is accepted as Keycloak does, and never written by an export.
 */
export const credentialFileSchema = z.object({
  id: id.optional(),
  type: z.string(),
  userLabel: z.string().optional(),
  createdDate: z.int().min(0).optional().describe('Milliseconds since 1970'),
  secretData: z.string().optional(),
  credentialData: z.string().optional(),
  value: z.string().min(1).max(1024).optional(),
  temporary: z.boolean().optional(),
  sparekey: z
    .strictObject({
      lastStep: z.int().min(-1).optional().describe('Last time step accepted: it is never accepted again'),
      driftSteps: z.int().min(-10).max(10).optional(),
      confirmedAt: z.iso.datetime().optional(),
      lastUsedAt: z.iso.datetime().optional(),
    })
    .optional(),
});

/** A person, or the service account of a client, in Keycloak's UserRepresentation. */
export const userFileSchema = z.object({
  id: id.optional(),
  createdTimestamp: z.int().min(0).optional().describe('Milliseconds since 1970'),
  username: z.string().min(1).max(255),
  enabled: z.boolean().optional(),
  email: z.string().max(255).optional(),
  emailVerified: z.boolean().optional(),
  firstName: z.string().max(255).optional(),
  lastName: z.string().max(255).optional(),
  attributes: attributeLists.optional(),
  credentials: z.array(credentialFileSchema).optional(),
  requiredActions: z.array(z.string()).optional(),
  realmRoles: roleNames.optional(),
  clientRoles: clientRoleNames.optional(),
  groups: z.array(z.string()).optional().describe('Paths, such as /staff/finance'),
  serviceAccountClientId: z.string().optional(),
});

export type CredentialFile = z.infer<typeof credentialFileSchema>;
export type UserFile = z.infer<typeof userFileSchema>;
