import { z } from 'zod';
import { id } from './values.ts';

/** An application in Keycloak's ClientRepresentation. */
export const clientFileSchema = z.object({
  id: id.optional(),
  clientId: z.string().min(1).max(255),
  name: z.string().max(255).optional(),
  description: z.string().max(1024).optional(),
  enabled: z.boolean().optional(),
  publicClient: z.boolean().optional(),
  bearerOnly: z.boolean().optional(),
  protocol: z.string().optional(),
  secret: z.string().min(1).max(4096).optional(),
  rootUrl: z.string().optional(),
  baseUrl: z.string().optional(),
  redirectUris: z.array(z.string()).optional(),
  webOrigins: z.array(z.string()).optional(),
  standardFlowEnabled: z.boolean().optional(),
  serviceAccountsEnabled: z.boolean().optional(),
  consentRequired: z.boolean().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  defaultClientScopes: z.array(z.string()).optional(),
  optionalClientScopes: z.array(z.string()).optional(),
});

export type ClientFile = z.infer<typeof clientFileSchema>;
