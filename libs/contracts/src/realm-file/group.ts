import { z } from 'zod';
import { attributeLists, clientRoleNames, id, roleNames } from './values.ts';

/** A group with the groups below it, in Keycloak's GroupRepresentation. The path follows from the names. */
export const groupFileSchema = z.object({
  id: id.optional(),
  name: z.string().min(1).max(255),
  attributes: attributeLists.optional(),
  realmRoles: roleNames.optional(),
  clientRoles: clientRoleNames.optional(),
  get subGroups() {
    return z.array(groupFileSchema).optional();
  },
});

export type GroupFile = z.infer<typeof groupFileSchema>;
