import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '@sparekey/contracts';

const VERSION = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/** Where a sealed value lives. It is authenticated with the value, so that one copied to another place does not open. */
export interface SealedPlace {
  table: string;
  realmId: string;
  row: string;
  userId?: string;
  purpose: 'client_secret' | 'totp_secret' | 'signing_key' | 'seal_check' | (string & {});
}

function hkdf(masterKey: Buffer, info: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, 'sparekey', info, bytes));
}

/**
 * The keys of a deployment. Every key in use is derived from a master key by HKDF-SHA-256 (RFC 5869) for one purpose, so
 * that no two uses share one. Sealed values are AES-256-GCM and name the master key they were made under: one may be
 * replaced while values of the one before still open.
 */
export class Keyring {
  readonly currentKeyId: string;
  readonly #masterKeys = new Map<string, Buffer>();
  readonly #derived = new Map<string, Buffer>();

  /** The first master key seals and derives; the others only open what was sealed under them. Each is 32 bytes. */
  constructor(masterKeys: readonly [Buffer, ...Buffer[]]) {
    for (const key of masterKeys) {
      if (key.length !== 32)
        throw new AppError('unavailable', `The master key must have 32 bytes; it has ${key.length}`);
      this.#masterKeys.set(hkdf(key, 'key-id', KEY_ID_BYTES).toString('hex'), Buffer.from(key));
    }
    this.currentKeyId = hkdf(masterKeys[0], 'key-id', KEY_ID_BYTES).toString('hex');
  }

  holds(keyId: string): boolean {
    return this.#masterKeys.has(keyId);
  }

  #key(keyId: string, info: string): Buffer {
    const name = `${keyId}/${info}`;
    const known = this.#derived.get(name);
    if (known) return known;
    const masterKey = this.#masterKeys.get(keyId);
    if (!masterKey) throw new AppError('unavailable', `The master key ${keyId} is not configured`);
    const key = hkdf(masterKey, info, 32);
    this.#derived.set(name, key);
    return key;
  }

  /**
   * 32 bytes for a use outside the database (CSRF, cookies, the pepper of backup codes): the same in every process, never
   * equal to a sealing key. `keyId` reaches the value under an earlier master key, e.g. the pepper of an older set.
   */
  deriveKey(purpose: string, keyId: string = this.currentKeyId): Buffer {
    return Buffer.from(this.#key(keyId, `derive/${purpose}`));
  }

  /** version ‖ key id ‖ nonce ‖ ciphertext ‖ tag. */
  seal(plain: Buffer, place: SealedPlace): Buffer {
    const header = Buffer.concat([Buffer.of(VERSION), Buffer.from(this.currentKeyId, 'hex')]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(this.currentKeyId, `seal/${place.purpose}`), nonce);
    cipher.setAAD(additionalData(header, place));
    return Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Errors: `internal` when the value was changed, moved to another place or cut; `unavailable` when its key is missing. */
  open(sealed: Buffer, place: SealedPlace): Buffer {
    if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== VERSION)
      throw new AppError('internal', `${place.table}.${place.purpose} is not a sealed value`);
    const header = sealed.subarray(0, HEADER_BYTES);
    const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const key = this.#key(keyIdOf(sealed), `seal/${place.purpose}`);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(header, place));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([
        decipher.update(sealed.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]);
    } catch (cause) {
      throw new AppError('internal', `${place.table}.${place.purpose} of row ${place.row} does not open`, { cause });
    }
  }
}

/** Which master key a sealed value was made under. */
export function keyIdOf(sealed: Buffer): string {
  return sealed.subarray(1, HEADER_BYTES).toString('hex');
}

function additionalData(header: Buffer, place: SealedPlace): Buffer {
  const fields = [place.table, place.realmId, place.row, place.userId ?? null, place.purpose];
  return Buffer.concat([header, Buffer.from(JSON.stringify(fields))]);
}
