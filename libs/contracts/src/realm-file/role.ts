import { z } from 'zod';
import { attributeLists, clientRoleNames, id, roleNames } from './values.ts';

export const compositesFileSchema = z.object({
  realm: roleNames.optional(),
  client: clientRoleNames.optional(),
});

/** A role in Keycloak's RoleRepresentation; composites are named, not numbered. */
export const roleFileSchema = z.object({
  id: id.optional(),
  name: z.string().min(1).max(255),
  description: z.string().max(1024).optional(),
  composites: compositesFileSchema.optional(),
  attributes: attributeLists.optional(),
});

export const rolesFileSchema = z.object({
  realm: z.array(roleFileSchema).optional(),
  client: z.record(z.string(), z.array(roleFileSchema)).optional(),
});

export type RoleFile = z.infer<typeof roleFileSchema>;
export type RolesFile = z.infer<typeof rolesFileSchema>;
