const SYMBOLS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 without padding (RFC 4648 §6), as authenticator apps expect it. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += SYMBOLS[(pending >> (bits - 5)) & 31];
  }
  if (bits > 0) text += SYMBOLS[(pending << (5 - bits)) & 31];
  return text;
}

/**
 * The bytes of base32 text; undefined for text that is none. Case, spaces, dashes and padding do not matter: people and
 * other products write secrets in many ways.
 */
export function fromBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let pending = 0;
  for (const symbol of text.toUpperCase().replace(/[\s-]|=+$/g, '')) {
    const value = SYMBOLS.indexOf(symbol);
    if (value < 0) return undefined;
    pending = (pending << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((pending >> bits) & 255);
    pending &= (1 << bits) - 1;
  }
  return bytes.length > 0 ? Buffer.from(bytes) : undefined;
}
