import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign as signWith } from 'node:crypto';

type Cbor = number | string | Uint8Array | Cbor[] | Map<Cbor, Cbor>;

/** As much of CBOR (RFC 8949) as an authenticator writes. */
export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
  return Buffer.concat([head(5, value.size), ...[...value].flat().map(encodeCbor)]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest();
const bytesOf = (value: string | undefined): Buffer => Buffer.from(value ?? '', 'base64url');

/** COSE algorithms: EdDSA, ES256, RS256, ES384 (which we do not offer). */
export type SoftAlgorithm = -8 | -7 | -257 | -35;

const curves = { [-7]: 'P-256', [-35]: 'P-384' } as const;

/** What an honest authenticator would not answer; each alone makes an answer hostile. */
export interface Lies {
  type?: string;
  challenge?: string;
  origin?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  rpId?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  backupEligible?: boolean;
  backedUp?: boolean;
  counter?: number;
  /** Of the answer as the browser names it. */
  id?: string;
  /** Base64url; null leaves it out. */
  userHandle?: string | null;
  /** Signs with another key than the one registered. */
  foreignKey?: boolean;
  /** Attestation format and statement, by the data that is to be signed. */
  attest?: (signed: Buffer, key: KeyObject) => { fmt: string; statement: Map<Cbor, Cbor> };
}

/** The options of a ceremony, as far as an authenticator reads them. */
export interface SoftOptions {
  challenge: string;
  rpId?: string;
  rp?: { id?: string };
  user?: { id: string };
}

/** An authenticator in software, honest unless told to lie: what a browser would send, without one. */
export class SoftAuthenticator {
  readonly credentialId: Buffer;
  readonly origin: string;
  readonly #keys: { privateKey: KeyObject; publicKey: KeyObject };
  readonly #algorithm: SoftAlgorithm;
  readonly #aaguid: Buffer;
  readonly #backup: boolean;
  /** 0 is an authenticator without a counter. */
  counter: number;
  #userHandle: string | undefined;

  constructor(
    origin: string,
    options: {
      algorithm?: SoftAlgorithm;
      counter?: number;
      aaguid?: string;
      backup?: boolean;
      credentialId?: Buffer;
    } = {},
  ) {
    this.origin = origin;
    this.#algorithm = options.algorithm ?? -7;
    this.counter = options.counter ?? 0;
    this.#aaguid = Buffer.from((options.aaguid ?? '00000000-0000-0000-0000-000000000000').replaceAll('-', ''), 'hex');
    this.#backup = options.backup ?? false;
    this.credentialId = options.credentialId ?? randomBytes(32);
    this.#keys = newKeys(this.#algorithm);
  }

  /** The form value for navigator.credentials.create. */
  create(options: SoftOptions, lies: Lies = {}): string {
    this.#userHandle = options.user?.id;
    const clientData = this.#clientData('webauthn.create', options, lies);
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp?.id ?? 'localhost', lies, 0x40),
      this.#aaguid,
      Buffer.from([0, this.credentialId.length]),
      this.credentialId,
      encodeCbor(this.#coseKey()),
    ]);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    const { fmt, statement } = lies.attest?.(signed, this.#keys.privateKey) ?? { fmt: 'none', statement: new Map() };
    const attestationObject = encodeCbor(
      new Map<Cbor, Cbor>([
        ['fmt', fmt],
        ['attStmt', statement],
        ['authData', authData],
      ]),
    );
    return this.#answer(lies, {
      clientDataJSON: base64url(clientData),
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    });
  }

  /** The form value for navigator.credentials.get; the counter goes up by one when there is one. */
  get(options: SoftOptions, lies: Lies = {}): string {
    if (this.counter > 0 && lies.counter === undefined) this.counter += 1;
    const clientData = this.#clientData('webauthn.get', options, lies);
    const authData = this.#authenticatorData(options.rpId ?? 'localhost', lies, 0);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    const key = lies.foreignKey ? new SoftAuthenticator(this.origin, { algorithm: this.#algorithm }).#keys : this.#keys;
    const userHandle = lies.userHandle === undefined ? this.#userHandle : lies.userHandle;
    return this.#answer(lies, {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(this.#sign(signed, key.privateKey)),
      ...(userHandle == null ? {} : { userHandle }),
    });
  }

  #answer(lies: Lies, response: object): string {
    const id = lies.id ?? base64url(this.credentialId);
    return JSON.stringify({ id, rawId: id, type: 'public-key', response });
  }

  #sign(data: Buffer, key: KeyObject): Buffer {
    if (this.#algorithm === -8) return signWith(null, data, key);
    return signWith(this.#algorithm === -35 ? 'sha384' : 'sha256', data, key);
  }

  #clientData(type: string, options: SoftOptions, lies: Lies): Buffer {
    const { topOrigin } = lies;
    return Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? options.challenge,
        origin: lies.origin ?? this.origin,
        crossOrigin: lies.crossOrigin ?? false,
        ...(topOrigin === undefined ? {} : { topOrigin }),
      }),
    );
  }

  #authenticatorData(rpId: string, lies: Lies, attested: number): Buffer {
    const flags =
      ((lies.userPresent ?? true) ? 0x01 : 0) |
      ((lies.userVerified ?? true) ? 0x04 : 0) |
      ((lies.backupEligible ?? this.#backup) ? 0x08 : 0) |
      ((lies.backedUp ?? this.#backup) ? 0x10 : 0) |
      attested;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.counter);
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([flags]), counter]);
  }

  #coseKey(): Map<Cbor, Cbor> {
    const { x, y, n, e } = this.#keys.publicKey.export({ format: 'jwk' });
    if (this.#algorithm === -257) {
      return new Map<Cbor, Cbor>([
        [1, 3],
        [3, -257],
        [-1, bytesOf(n)],
        [-2, bytesOf(e)],
      ]);
    }
    if (this.#algorithm === -8) {
      return new Map<Cbor, Cbor>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytesOf(x)],
      ]);
    }
    return new Map<Cbor, Cbor>([
      [1, 2],
      [3, this.#algorithm],
      [-1, this.#algorithm === -7 ? 1 : 2],
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ]);
  }
}

function newKeys(algorithm: SoftAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === -8) return generateKeyPairSync('ed25519');
  if (algorithm === -257) return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return generateKeyPairSync('ec', { namedCurve: curves[algorithm] });
}
