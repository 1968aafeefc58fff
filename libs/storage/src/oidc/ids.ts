import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from 'node:crypto';
import type { RealmId } from '@sparekey/contracts';
import type { Kind } from './model.ts';

/**
 * What stands in the database for an id: SHA-256 over the kind and the id. Whoever reads the database cannot present
 * what is stored, and an id of one kind never finds a row of another. Ids carry 256 random bits (oidc-provider's
 * `bitsOfOpaqueRandomness`), so a plain hash cannot be turned round.
 */
export function idDigest(kind: Kind, id: string): Buffer {
  return hash('sha256', `${kind}:${id}`, 'buffer');
}

/**
 * For what is too short to be hashed alone (a user code has 35 bits) or must be read back (the device code behind a user
 * code). Neither works for someone who has the database without the key. Rows live for minutes: a changed key ends the
 * flows under way and nothing else.
 */
export class Seal {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    if (key.length !== 32) throw new TypeError('the sealing key has 32 bytes');
    this.#key = key;
  }

  userCodeDigest(realmId: RealmId, userCode: string): Buffer {
    return createHmac('sha256', this.#key).update(`user_code:${realmId}:${userCode}`).digest();
  }

  /** AES-256-GCM as iv (12) | tag (16) | text; opens only for the same `context`. */
  close(context: string, text: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined when it was sealed with another key, for another context, or changed. */
  open(context: string, sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < 28) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
