import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest();
const text = (value: Uint8Array): string => Buffer.from(value).toString('base64url');

/** The part of the options of a ceremony that a key reads. */
interface Options {
  challenge: string;
  user?: { id: string };
}

/** User present and verified (WebAuthn L3 §6.1). */
const PROVEN = 0x05;
const ATTESTED = 0x40;

/** A security key with ES256 and no counter, which verifies its user: what a browser would send of it. */
export class SecurityKey {
  readonly #id = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #origin: string;
  #userHandle: string | undefined;

  constructor(origin: string) {
    this.#origin = origin;
  }

  create(options: Options): string {
    this.#userHandle = options.user?.id;
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    // COSE_Key {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053 §7.1).
    const key = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const data = Buffer.concat([
      this.#data(ATTESTED),
      Buffer.alloc(16),
      Buffer.from([0, this.#id.length]),
      this.#id,
      key,
    ]);
    // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR; the data is longer than 23 and shorter than 256 bytes.
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.from([data.length]),
      data,
    ]);
    return this.#answer({
      clientDataJSON: text(this.#client('webauthn.create', options)),
      attestationObject: text(attestation),
    });
  }

  get(options: Options): string {
    const client = this.#client('webauthn.get', options);
    const data = this.#data(0);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#keys.privateKey);
    return this.#answer({
      clientDataJSON: text(client),
      authenticatorData: text(data),
      signature: text(signature),
      ...(this.#userHandle === undefined ? {} : { userHandle: this.#userHandle }),
    });
  }

  #client(type: string, { challenge }: Options): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }

  #data(attested: number): Buffer {
    return Buffer.concat([sha256(new URL(this.#origin).hostname), Buffer.from([PROVEN | attested]), Buffer.alloc(4)]);
  }

  #answer(response: object): string {
    const id = text(this.#id);
    return JSON.stringify({ id, rawId: id, type: 'public-key', response });
  }
}
