/** Stored password hashes as values, read from and written as PHC strings. */
export type StoredHash =
  | {
      scheme: 'argon2id' | 'argon2i' | 'argon2d';
      /** 0x13 is Argon2 1.3 (RFC 9106), 0x10 the version before it. */
      version: 0x10 | 0x13;
      memoryKib: number;
      iterations: number;
      parallelism: number;
      salt: Buffer;
      hash: Buffer;
    }
  | { scheme: 'pbkdf2'; digest: Pbkdf2Digest; iterations: number; salt: Buffer; hash: Buffer };

export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512';

/**
 * Most that a stored hash may ask for. A realm file comes from outside: its parameters must not let one sign-in take
 * the memory or the processor of everyone (2 GiB passed over is about two seconds). Keycloak's own are far below:
 * 7 MiB × 5, and 1.3 million iterations of SHA-1.
 */
const MAX_MEMORY_KIB = 256 * 1024;
const MAX_PASSED_KIB = 2 * 1024 * 1024;
const MAX_ARGON2_ITERATIONS = 64;
const MAX_PARALLELISM = 16;
const MAX_PBKDF2_ITERATIONS = 2_000_000;
/** Argon2's own least; an unsalted hash has no place here (SP 800-63B-4 §3.1.1.2 asks for 4). */
const MIN_SALT_BYTES = 8;
const MAX_SALT_BYTES = 64;
const MIN_HASH_BYTES = 16;
const MAX_HASH_BYTES = 128;

/** Why a hash is not taken. The message names the part at fault, never the hash. */
export class UnsupportedHashError extends Error {
  override name = 'UnsupportedHashError';
}

const ARGON2 = /^\$(argon2id|argon2i|argon2d)(?:\$v=(\d{1,3}))?\$([^$]+)\$([^$]+)\$([^$]+)$/;
const PBKDF2 = /^\$pbkdf2(?:-(sha256|sha512))?\$i=(\d{1,9})\$([^$]+)\$([^$]+)$/;

/**
 * Reads a PHC string of the allow-list: argon2id, argon2i, argon2d, pbkdf2 (SHA-1), pbkdf2-sha256, pbkdf2-sha512.
 * Errors: UnsupportedHashError for everything else, for missing or short salts, and for parameters beyond the bounds.
 */
export function parsePhc(phc: string): StoredHash {
  const argon2 = ARGON2.exec(phc);
  if (argon2 !== null) {
    const [, scheme, version, parameters = '', salt, hash] = argon2;
    const { m, t, p } = argon2Costs(parameters);
    return bounded({
      scheme: scheme as 'argon2id' | 'argon2i' | 'argon2d',
      // Strings of the time before the field existed have none and mean 1.0.
      version: argon2Version(Number(version ?? 0x10)),
      memoryKib: m,
      iterations: t,
      parallelism: p,
      salt: bytes('salt', salt),
      hash: bytes('hash', hash),
    });
  }
  const pbkdf2 = PBKDF2.exec(phc);
  if (pbkdf2 !== null) {
    const [, digest = 'sha1', iterations, salt, hash] = pbkdf2;
    return bounded({
      scheme: 'pbkdf2',
      digest: digest as Pbkdf2Digest,
      iterations: Number(iterations),
      salt: bytes('salt', salt),
      hash: bytes('hash', hash),
    });
  }
  const name = /^\$([a-z0-9-]{1,32})\$/.exec(phc)?.[1];
  throw new UnsupportedHashError(
    name === undefined ? 'not a PHC string' : `hash format "${name}" is unknown or its fields are malformed`,
  );
}

/** The PHC string of a hash; the inverse of `parsePhc`. */
export function formatPhc(stored: StoredHash): string {
  const tail = `$${base64(stored.salt)}$${base64(stored.hash)}`;
  if (stored.scheme === 'pbkdf2') {
    return `$pbkdf2${stored.digest === 'sha1' ? '' : `-${stored.digest}`}$i=${stored.iterations}${tail}`;
  }
  const { scheme, version, memoryKib, iterations, parallelism } = stored;
  return `$${scheme}$v=${version}$m=${memoryKib},t=${iterations},p=${parallelism}${tail}`;
}

/** Name for audit events: `argon2id`, `pbkdf2-sha256`; never more of the string. */
export function schemeName(stored: StoredHash): string {
  return stored.scheme === 'pbkdf2' ? `pbkdf2-${stored.digest}` : stored.scheme;
}

/** `m=…,t=…,p=…`, in this order as the reference writes it, or in another, as libraries do. Nothing else may be there. */
function argon2Costs(text: string): { m: number; t: number; p: number } {
  const costs = /^m=(\d{1,9}),p=(\d{1,9}),t=(\d{1,9})$/.exec(text.split(',').sort().join(','));
  if (costs === null) throw new UnsupportedHashError('argon2 parameters are not m, t and p, once each');
  const [, m, p, t] = costs;
  return { m: Number(m), t: Number(t), p: Number(p) };
}

export function argon2Version(version: number): 0x10 | 0x13 {
  if (version !== 0x10 && version !== 0x13) throw new UnsupportedHashError(`argon2 version ${version} is unknown`);
  return version;
}

/** Returns the hash when every parameter is within the bounds. Errors: UnsupportedHashError naming the one that is not. */
export function bounded(stored: StoredHash): StoredHash {
  within('salt bytes', stored.salt.byteLength, MIN_SALT_BYTES, MAX_SALT_BYTES);
  within('hash bytes', stored.hash.byteLength, MIN_HASH_BYTES, MAX_HASH_BYTES);
  if (stored.scheme === 'pbkdf2') {
    within('iterations', stored.iterations, 1, MAX_PBKDF2_ITERATIONS);
    return stored;
  }
  within('parallelism', stored.parallelism, 1, MAX_PARALLELISM);
  within('memory in KiB', stored.memoryKib, 8 * stored.parallelism, MAX_MEMORY_KIB);
  within('iterations', stored.iterations, 1, MAX_ARGON2_ITERATIONS);
  within('memory × iterations in KiB', stored.memoryKib * stored.iterations, 8, MAX_PASSED_KIB);
  return stored;
}

function within(what: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UnsupportedHashError(`${what}: ${value} is outside ${min} to ${max}`);
  }
}

/** PHC's B64: the standard alphabet without padding. */
function base64(value: Buffer): string {
  return value.toString('base64').replace(/=+$/, '');
}

function bytes(what: string, text: string | undefined): Buffer {
  const value = Buffer.from(text ?? '', 'base64');
  // Node skips what is not base64; only a string that comes back the same was read whole.
  if (text === undefined || base64(value) !== text) throw new UnsupportedHashError(`${what} is not base64`);
  return value;
}
