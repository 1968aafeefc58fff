import { z } from 'zod';

/** A connection with a directory; its secret is never in a file. The settings are checked against libs/provisioning. */
export const scimConnectionFileSchema = z.strictObject({
  name: z.string().min(1).max(63),
  kind: z.enum(['server', 'target', 'source']),
  profile: z.string().max(32).optional(),
  organization: z.string().max(255).optional().describe('Alias'),
  enabled: z.boolean().optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
});
