import { z } from 'zod';

/**
 * How strong the sign-in behind a token has to be. `read` of what a repair needs is open to every sign-in; everything
 * else of the account is closed to a recovery. A `change` of a way in asks for a fresh proof by all that the person
 * holds.
 */
export type Needs =
  | { read: 'repair' | 'account' }
  | { change: 'add_factor' | 'remove_factor' | 'codes' | 'password' | 'profile' | 'phone' | 'delete' };

/** One operation of the account REST: what it takes, what it answers, what it needs. The OpenAPI is made from these. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/realms/{realm}/account/api`; `{id}` is its only variable. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  needs: Needs;
  query?: z.ZodObject;
  /** Unknown keys are refused by name. */
  body?: z.ZodObject;
  status: 200 | 201 | 202 | 204;
  /** Absent for 204. */
  answer?: z.ZodType;
}

/** A point in time, RFC 3339 in UTC. */
export const time = z.iso.datetime();

/** From where something came, as far as it is known. */
export const whereabouts = z
  .object({
    browser: z.string().optional(),
    os: z.string().optional(),
    network: z.string().optional().describe('The address, masked'),
    place: z
      .object({
        country: z.string().optional().describe('ISO 3166-1 code'),
        cityNames: z.record(z.string(), z.string()).optional().describe('By language, `en` in any case'),
      })
      .optional()
      .describe('An estimate, where the deployment has a file of places'),
  })
  .meta({ id: 'Whereabouts' });
