import { z } from 'zod';
import { type Operation, time } from './operation.ts';

const tag = 'Factors';

export const factor = z
  .object({
    id: z.uuid(),
    kind: z.enum(['password', 'totp', 'webauthn']),
    label: z.string(),
    createdAt: time,
    lastUsedAt: time.optional(),
    suspect: z.boolean().optional().describe('The counter of this security key went back: there may be a copy of it'),
  })
  .meta({ id: 'Factor' });

export const factorOperations = {
  listFactors: {
    method: 'GET',
    path: '/factors',
    tag,
    summary: 'What the person signs in with',
    description:
      'A passkey or security key is added on our own pages, because browsers make them for the page that asks: send the person through the authorization endpoint with `kc_action` set to what `addPasskey` says.',
    needs: { read: 'repair' },
    status: 200,
    answer: z.object({
      factors: z.array(factor),
      secondFactorRequired: z.boolean().describe('The last second factor can then not be removed'),
      mayAdd: z.array(z.enum(['totp', 'webauthn'])).describe('What the policy allows to add'),
      addPasskey: z.object({ kc_action: z.literal('webauthn-register') }).optional(),
    }),
  },
} as const satisfies Record<string, Operation>;
