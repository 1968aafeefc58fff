import { createHmac, hash } from 'node:crypto';
import { AppError, type RealmId } from '@sparekey/contracts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';
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
 * code). Neither works for someone who has the database without the master key. Rows live for minutes: a new master key
 * ends the flows that wait for a user code, and nothing else.
 */
export class Seal {
  readonly #keyring: Keyring;
  readonly #userCodeKey: Buffer;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
    this.#userCodeKey = keyring.deriveKey('oidc_user_code');
  }

  userCodeDigest(realmId: RealmId, userCode: string): Buffer {
    return createHmac('sha256', this.#userCodeKey).update(`${realmId}:${userCode}`).digest();
  }

  close(place: SealedPlace, text: string): string {
    return this.#keyring.seal(Buffer.from(text), place).toString('base64url');
  }

  /** Undefined when it was sealed for another place, changed, or its master key is gone. */
  open(place: SealedPlace, sealed: string): string | undefined {
    try {
      return this.#keyring.open(Buffer.from(sealed, 'base64url'), place).toString('utf8');
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }
}
