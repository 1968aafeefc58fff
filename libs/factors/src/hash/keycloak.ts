import {
  argon2Version,
  bounded,
  formatPhc,
  type Pbkdf2Digest,
  parsePhc,
  type StoredHash,
  UnsupportedHashError,
} from './phc.ts';

/** A password credential of a Keycloak realm export: both members are JSON in a string. */
export interface KeycloakPassword {
  /** `{"value": base64, "salt": base64, "additionalParameters": {}}` */
  secretData: string;
  /** `{"hashIterations": number, "algorithm": string, "additionalParameters": {…}}` */
  credentialData: string;
}

const DIGESTS = new Map<string, Pbkdf2Digest>([
  ['pbkdf2', 'sha1'],
  ['pbkdf2-sha256', 'sha256'],
  ['pbkdf2-sha512', 'sha512'],
]);
const TYPES = new Map([
  ['id', 'argon2id'],
  ['i', 'argon2i'],
  ['d', 'argon2d'],
] as const);
const VERSIONS = new Map<string, number>([
  ['1.3', 0x13],
  ['1.0', 0x10],
]);

/**
 * The PHC string of a password exported by Keycloak, which verifies the same passwords. Exact: `keycloakFromPhc` gives
 * the same members and values back, in the order Keycloak writes them.
 * Errors: UnsupportedHashError that names the algorithm or parameter; the message never holds the hash.
 */
export function phcFromKeycloak(credential: KeycloakPassword): string {
  const secret = object('secretData', credential.secretData);
  const data = object('credentialData', credential.credentialData);
  const salt = base64('secretData.salt', secret.salt);
  const hash = base64('secretData.value', secret.value);
  const algorithm = data.algorithm;
  const iterations = integer('credentialData.hashIterations', data.hashIterations);
  const parameters = parametersOf(data.additionalParameters);
  none('secretData.additionalParameters', parametersOf(secret.additionalParameters));

  const digest = DIGESTS.get(String(algorithm));
  if (digest !== undefined) {
    none('credentialData.additionalParameters', parameters);
    return formatPhc(bounded({ scheme: 'pbkdf2', digest, iterations, salt, hash }));
  }
  if (algorithm !== 'argon2') {
    throw new UnsupportedHashError(
      `password algorithm ${JSON.stringify(algorithm)} is not supported; known are argon2, ${[...DIGESTS.keys()].join(', ')}`,
    );
  }
  const { type, version, memory, parallelism, hashLength, ...unknown } = parameters;
  none('credentialData.additionalParameters', unknown);
  const scheme = [...TYPES].find(([name]) => name === type)?.[1];
  if (scheme === undefined) throw new UnsupportedHashError(`argon2 type ${JSON.stringify(type)} is unknown`);
  if (integer('argon2 hashLength', Number(hashLength)) !== hash.byteLength) {
    throw new UnsupportedHashError('argon2 hashLength differs from the length of secretData.value');
  }
  return formatPhc(
    bounded({
      scheme,
      version: argon2Version(VERSIONS.get(version ?? '') ?? 0),
      memoryKib: integer('argon2 memory', Number(memory)),
      iterations,
      parallelism: integer('argon2 parallelism', Number(parallelism)),
      salt,
      hash,
    }),
  );
}

/** What Keycloak imports to verify the same passwords. Errors: UnsupportedHashError for a string `parsePhc` refuses. */
export function keycloakFromPhc(phc: string): KeycloakPassword {
  const stored = parsePhc(phc);
  return {
    secretData: JSON.stringify({
      value: stored.hash.toString('base64'),
      salt: stored.salt.toString('base64'),
      additionalParameters: {},
    }),
    credentialData: JSON.stringify({
      hashIterations: stored.iterations,
      algorithm: algorithmOf(stored),
      additionalParameters: stored.scheme === 'pbkdf2' ? {} : argon2Parameters(stored),
    }),
  };
}

function algorithmOf(stored: StoredHash): string {
  if (stored.scheme !== 'pbkdf2') return 'argon2';
  return stored.digest === 'sha1' ? 'pbkdf2' : `pbkdf2-${stored.digest}`;
}

function argon2Parameters(stored: Exclude<StoredHash, { scheme: 'pbkdf2' }>): Record<string, string[]> {
  return {
    hashLength: [String(stored.hash.byteLength)],
    memory: [String(stored.memoryKib)],
    type: [stored.scheme.slice('argon2'.length)],
    version: [stored.version === 0x13 ? '1.3' : '1.0'],
    parallelism: [String(stored.parallelism)],
  };
}

function object(what: string, json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // The parser's message would quote the secret.
  }
  throw new UnsupportedHashError(`${what} is not a JSON object in a string`);
}

/** Keycloak keeps a list for each name and reads its first entry. */
function parametersOf(value: unknown): Record<string, string | undefined> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new UnsupportedHashError('additionalParameters is not an object');
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, list]) => [name, Array.isArray(list) ? String(list[0]) : String(list)]),
  );
}

/** A parameter that we do not know may change the hash: better refused by name than never verified. */
function none(what: string, parameters: Record<string, unknown>): void {
  const [name] = Object.keys(parameters);
  if (name !== undefined) throw new UnsupportedHashError(`${what}.${name} is not supported`);
}

function integer(what: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new UnsupportedHashError(`${what} is missing or no whole number`);
  }
  return value;
}

function base64(what: string, value: unknown): Buffer {
  const decoded = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (decoded === undefined || decoded.toString('base64') !== value) {
    throw new UnsupportedHashError(`${what} is missing or not base64`);
  }
  return decoded;
}
