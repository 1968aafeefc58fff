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
    .describe('Whether it may take over a person of the same userName whom no connection owns'),
});
