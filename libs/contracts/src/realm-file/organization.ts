import { z } from 'zod';
import { attributeLists, id } from './values.ts';

export const organizationDomainFileSchema = z.object({
  name: z.string().min(1).max(255),
  verified: z.boolean().optional(),
});

export const organizationMemberFileSchema = z.object({ username: z.string().min(1).max(255) });

/** An organization in Keycloak's OrganizationRepresentation; members by username. */
export const organizationFileSchema = z.object({
  id: id.optional(),
  name: z.string().min(1).max(255),
  alias: z.string().min(1).max(255).optional(),
  description: z.string().max(1024).optional(),
  enabled: z.boolean().optional(),
  domains: z.array(organizationDomainFileSchema).optional(),
  attributes: attributeLists.optional(),
  members: z.array(organizationMemberFileSchema).optional(),
  sparekey: z
    .strictObject({
      /** Checked against libs/policy by the import: only what is stricter than the realm's has an effect. */
      policy: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

export type OrganizationFile = z.infer<typeof organizationFileSchema>;
