import { createHmac, timingSafeEqual } from 'node:crypto';

/** Version of the construction below; stored with each set. */
export const VERIFIER_VERSION = 1;

/** Bytes of a verifier (HMAC-SHA-256). */
export const VERIFIER_BYTES = 32;

/** Places compared in every search, whatever the size of the set: the most that a policy allows. */
export const PADDED_SET_SIZE = 20;

const DOMAIN = 'sparekey backup code verifier';

/** A place where nothing can match, compared so that used, expired and missing sets cost the same. */
const NOTHING = Buffer.alloc(VERIFIER_BYTES);

/** What a verifier is bound to: copied to another realm, person or set it verifies nothing. */
export interface VerifierContext {
  realmId: string;
  userId: string;
  setId: string;
  version: number;
}

/**
 * What is stored for a code: HMAC-SHA-256 under the pepper over the domain, the context and the argon2id output of the
 * code, each with its length before it, so that no two different contexts give one message. Without the pepper, which
 * is held outside the database, a stolen verifier cannot be tested against guesses.
 */
export function verifierOf(pepper: Uint8Array, context: VerifierContext, raw: Uint8Array): Buffer {
  const hmac = createHmac('sha256', pepper);
  for (const part of [DOMAIN, String(context.version), context.realmId, context.userId, context.setId, raw]) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    hmac.update(length).update(bytes);
  }
  return hmac.digest();
}

/**
 * The place of the candidate in a set, in constant time: every place is compared, also those that hold nothing any more
 * (null) and those beyond the end of the set. A stored value of another length than a verifier's counts as nothing.
 */
export function findVerifier(set: readonly (Uint8Array | null)[], candidate: Uint8Array): number | undefined {
  let found = 0;
  for (let place = 0; place < Math.max(PADDED_SET_SIZE, set.length); place++) {
    const stored = set[place];
    const present = stored?.byteLength === VERIFIER_BYTES;
    const equal = timingSafeEqual(present ? stored : NOTHING, candidate);
    // Bits instead of branches: the same instructions run for a hit and a miss. Verifiers of a set differ.
    found |= (Number(present) & Number(equal)) * (place + 1);
  }
  return found === 0 ? undefined : found - 1;
}
