import { z } from 'zod';
import { unique, whole } from './setting.ts';

/** Kinds of second factor a policy may allow, strongest first. */
export const factorKinds = ['webauthn', 'totp', 'email', 'sms'] as const;

/** Classes of assurance a client may be given, weakest first (OpenID Connect EAP ACR Values 1.0 for `phr`). */
export const clientAcrs = ['urn:sparekey:acr:1fa', 'urn:sparekey:acr:mfa', 'phr'] as const;

/** Who must hold a second factor, and which kinds may be set up. */
export const secondFactor = z
  .strictObject({
    required: z
      .enum(['optional', 'required'])
      .default('optional')
      .describe('Whether everyone must hold a second factor'),
    requiredForRoles: z
      .array(z.string().min(1).max(255))
      .max(50)
      .refine(unique, 'each role once')
      .default([])
      .describe('Realm roles whose holders must hold one, also when the role comes with a group or another role'),
    asked: z
      .enum(['always', 'risk'])
      .default('always')
      .describe(
        'When who holds one is asked for it: always, or by risk only in a browser where it was not shown before and where a sign-in looks unusual',
      ),
    clientAcr: z
      .record(z.string().min(1).max(255), z.enum(clientAcrs))
      .default({})
      .describe('Least assurance by client_id, whatever the client asks for'),
    graceDays: whole('Time to set one up, counted from the first sign-in that asked for it (days)', 0, 0, 90),
    allowed: z
      .array(z.enum(factorKinds))
      .min(1)
      .refine(unique, 'each kind once')
      .default(['totp', 'webauthn'])
      .describe('Kinds people may set up, in the order of offer; one held already stays good'),
  })
  .prefault({});
