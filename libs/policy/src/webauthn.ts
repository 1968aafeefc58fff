import { z } from 'zod';

/** A chain of PEM certificates is long; so is no list of makers that an administrator would keep by hand. */
const MAX_ANCHORS = 50;
const MAX_ANCHOR_LENGTH = 10_000;
const MAX_AAGUIDS = 200;

/** Passkeys and security keys of a realm. */
export const webauthnPolicy = z
  .strictObject({
    attestation: z
      .enum(['none', 'direct'])
      .default('none')
      .describe(
        'Whether a new passkey or security key must prove its make: direct takes only those that trustAnchors vouch for',
      ),
    trustAnchors: z
      .array(z.string().max(MAX_ANCHOR_LENGTH).includes('-----BEGIN CERTIFICATE-----'))
      .max(MAX_ANCHORS)
      .default([])
      .describe('Certificates (PEM) of makers whose attestation counts; only with direct attestation'),
    allowedAaguids: z
      .array(z.guid().toLowerCase())
      .max(MAX_AAGUIDS)
      .default([])
      .describe('Models that may be added, by AAGUID; all that trustAnchors vouch for when empty'),
    userVerification: z
      .enum(['discouraged', 'preferred', 'required'])
      .default('preferred')
      .describe(
        'Whether a security key asks for PIN or fingerprint as second factor; without a password it always does',
      ),
    counterRegression: z
      .enum(['refuse', 'report'])
      .default('refuse')
      .describe('What happens when the counter of a key goes back, as a copy of it would make it: both are flagged'),
  })
  .prefault({})
  .refine((p) => p.attestation === 'none' || p.trustAnchors.length > 0, {
    message: 'direct attestation needs at least one certificate in trustAnchors: without one it proves nothing',
    path: ['trustAnchors'],
  })
  .refine((p) => p.attestation === 'direct' || p.allowedAaguids.length === 0, {
    message: 'allowedAaguids needs direct attestation: without it a model is only claimed',
    path: ['allowedAaguids'],
  });
