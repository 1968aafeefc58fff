import { createCipheriv } from 'node:crypto';
import type { RandomBytes } from '../src/index.ts';

/** Repeatable random bytes of cryptographic quality (AES-CTR key stream), for tests only. */
export function seededBytes(seed: number): RandomBytes {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(seed);
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return (count) => stream.update(Buffer.alloc(count));
}
