import { z } from 'zod';

export const whole = (about: string, value: number, min: number, max: number) =>
  z.int().min(min).max(max).default(value).describe(about);

const httpUrl = (about: string) =>
  z
    .string()
    .max(2048)
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    }, 'an http or https URL without credentials')
    .describe(about);

/** How we prove who we are to the other side. The secret itself is kept apart from the settings, sealed. */
const authentication = z
  .discriminatedUnion('method', [
    z.strictObject({ method: z.literal('bearer') }),
    z.strictObject({ method: z.literal('basic'), username: z.string().min(1).max(255) }),
    z.strictObject({
      method: z.literal('client_credentials'),
      tokenUrl: httpUrl('Token endpoint'),
      clientId: z.string().min(1).max(255),
      scope: z.string().max(1024).optional(),
      audience: z
        .string()
        .max(2048)
        .optional()
        .describe('Asked for as `audience`; of a Keycloak its SCIM base URL, if nothing is said'),
    }),
  ])
  .default({ method: 'bearer' })
  .describe('`bearer`, `basic` (with username) or `client_credentials` (RFC 6749 §4.4; with tokenUrl and clientId)');

/** The other side, as a client of it needs to know it. */
export const remote = {
  baseUrl: httpUrl('Address of the other side, without /Users'),
  authentication,
  timeoutSeconds: whole('Time for one answer', 30, 1, 60),
  maxAnswerKib: whole('Largest answer that is read', 4096, 16, 65_536),
  pageSize: whole('Resources asked for at a time', 100, 1, 1000),
};

/** Stops what looks like an accident, until an operator allows it. */
export const brake = (what: string) =>
  z
    .strictObject({
      count: whole(`${what} in a run that may happen unasked, at any size`, 10, 0, 100_000),
      percent: whole(`${what} in a run that may happen unasked, of all that are known`, 5, 0, 100),
    })
    .prefault({});

/** What to do about somebody who looks like one of the other side and is not linked yet. */
export const correlate = z
  .enum(['adopt', 'ask', 'refuse'])
  .describe(
    'About a resource of the same externalId or name that is not linked yet: take it over, wait for `scim allow`, or refuse it',
  );
