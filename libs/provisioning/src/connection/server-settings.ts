import { customRegistry, customTypesSchema } from '@sparekey/scim';
import { z } from 'zod';

/** A directory writes to us. */
export const serverSettings = z.strictObject({
  visibility: z
    .enum(['owned', 'realm'])
    .default('owned')
    .describe('Whether it sees the people and groups it created or adopted, or all of its realm or organization'),
  manageAdministrators: z.boolean().default(false).describe('Whether it may change people who administer the realm'),
  adopt: z
    .enum(['never', 'unowned'])
    .default('never')
    .describe('Whether it may take over people and groups that no connection owns, a person by the same userName'),
  trustEmail: z
    .boolean()
    .default(false)
    .describe('Whether addresses it writes count as verified: whoever reads such an address can begin a recovery'),
  clients: z
    .array(z.string().min(1).max(255))
    .max(20)
    .default([])
    .describe('Clients whose access tokens with the scope scim.read or scim.write count here, by client_id'),
  types: customTypesSchema
    .prefault({})
    .superRefine((definition, context) => {
      const made = customRegistry(definition);
      if (!('problems' in made)) return;
      for (const { path, message } of made.problems)
        context.addIssue({ code: 'custom', message: `${path}: ${message}` });
    })
    .describe('Schemas, resource types and extensions of your own'),
});
