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

const label = z.string().trim().max(60);

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
  renameFactor: {
    method: 'PATCH',
    path: '/factors/{id}',
    tag,
    summary: 'Give an authenticator app, passkey or security key another name',
    needs: { change: 'profile' },
    body: z.strictObject({ label: label.min(1) }),
    status: 204,
  },
  removeFactor: {
    method: 'DELETE',
    path: '/factors/{id}',
    tag,
    summary: 'Remove an authenticator app, passkey or security key',
    description:
      'Trusted devices are forgotten, and backup codes end with the last second factor. Where one is required the last one stays: 409.',
    needs: { change: 'remove_factor' },
    status: 204,
  },
  beginTotp: {
    method: 'POST',
    path: '/factors/totp',
    tag,
    summary: 'Begin to add an authenticator app',
    description: 'The secret is in this answer only. One begun before ends.',
    needs: { change: 'add_factor' },
    status: 201,
    answer: z.object({
      uri: z.string().describe('For a QR code, otpauth://'),
      secret: z.string().describe('Base32, to type'),
      digits: z.int(),
    }),
  },
  confirmTotp: {
    method: 'POST',
    path: '/factors/totp/confirm',
    tag,
    summary: 'Add the authenticator app by its first code',
    needs: { change: 'add_factor' },
    body: z.strictObject({ code: z.string().max(20), label: label.optional() }),
    status: 201,
    answer: z.object({
      id: z.uuid(),
      backupCodesWanted: z.boolean().describe('The policy asks for backup codes, and the person has none'),
    }),
  },
} as const satisfies Record<string, Operation>;
