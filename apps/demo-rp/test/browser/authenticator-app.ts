import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** What a person has on their phone: RFC 6238 with SHA-1, six digits and thirty seconds, written apart from the product's. */
export class AuthenticatorApp {
  /** As text, in base32. */
  readonly secret: string;

  constructor(secret: string) {
    this.secret = secret;
  }

  /** By the QR code, which holds the same address as the link beside it. */
  static scan(uri: string): AuthenticatorApp {
    return new AuthenticatorApp(new URL(uri).searchParams.get('secret') ?? '');
  }

  /** The step of the present moment. */
  static step(): number {
    return Math.floor(Date.now() / 30_000);
  }

  /** What the display shows in that step. */
  code(step = AuthenticatorApp.step()): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac('sha1', fromBase32(this.secret)).update(counter).digest();
    const offset = (digest.at(-1) ?? 0) & 0xf;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }

  /** A code that is right at no moment near the present one. */
  wrongCode(): string {
    const near = [-2, -1, 0, 1, 2].map((step) => this.code(AuthenticatorApp.step() + step));
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code)) ?? '';
  }
}
