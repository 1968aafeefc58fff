import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlg, SigningKey } from '../model.ts';

const generate = promisify(generateKeyPair);

/** RSA of 2048 bits (SP 800-57: until 2030); the others have one size. */
async function privateKey(alg: SigningAlg): Promise<KeyObject> {
  if (alg === 'RS256') return (await generate('rsa', { modulusLength: 2048 })).privateKey;
  if (alg === 'EdDSA') return (await generate('ed25519', {})).privateKey;
  return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
}

/** Members that make the thumbprint, in the order it demands (RFC 7638 §3.2; RFC 8037 §2 for OKP). */
const required: Record<string, readonly string[]> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

function thumbprint(jwk: Record<string, unknown>): string {
  const members = required[String(jwk.kty)] ?? [];
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]]))))
    .digest('base64url');
}

/** A new key pair; its id is its thumbprint, so that no two keys share one. */
export async function newSigningKey(alg: SigningAlg): Promise<Pick<SigningKey, 'kid' | 'alg' | 'privateJwk'>> {
  const jwk: Record<string, unknown> = { ...(await privateKey(alg)).export({ format: 'jwk' }) };
  return { kid: thumbprint(jwk), alg, privateJwk: jwk };
}
