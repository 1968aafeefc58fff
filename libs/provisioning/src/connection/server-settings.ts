import { customRegistry, customTypesSchema } from '@sparekey/scim';
import { z } from 'zod';
import { compileServerMapping, personOf } from '../server/mapping/compile.ts';
import { serverMappingSchema } from '../server/mapping/rules.ts';
import { whole } from './remote-settings.ts';

const fields = z.strictObject({
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
  tombstoneDays: whole('Days for which the bare id of what was deleted is kept', 365, 1, 3650),
  events: z
    .strictObject({
      delivery: z
        .enum(['none', 'poll', 'push'])
        .default('none')
        .describe('Whether changes are told as security event tokens (RFC 9967), to one who asks or to an endpoint'),
      endpoint: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional()
        .describe('Where they are pushed (RFC 8935)'),
      audience: z.string().min(1).max(500).optional().describe('Their `aud`; the address of the connection by default'),
    })
    .prefault({})
    .superRefine(({ delivery, endpoint }, context) => {
      if (delivery === 'push' && endpoint === undefined) {
        context.addIssue({ code: 'custom', path: ['endpoint'], message: 'push needs an endpoint' });
      }
    })
    .describe('Security event tokens; the secret of the connection, if it has one, is shown to the endpoint as bearer'),
  types: customTypesSchema
    .prefault({})
    .superRefine((definition, context) => {
      const made = customRegistry(definition);
      if (!('problems' in made)) return;
      for (const { path, message } of made.problems)
        context.addIssue({ code: 'custom', message: `${path}: ${message}` });
    })
    .describe('Schemas, resource types and extensions of your own'),
  mapping: serverMappingSchema.optional().describe('What the account is made of, and what of it the directory is told'),
});

/** A directory writes to us. Its mapping may name only what the types have. */
export const serverSettings = fields.superRefine(({ types, mapping }, context) => {
  if (mapping === undefined) return;
  for (const { path, why } of compileServerMapping(mapping, personOf(types)).problems) {
    context.addIssue({ code: 'custom', path: ['mapping', ...path], message: why });
  }
});
