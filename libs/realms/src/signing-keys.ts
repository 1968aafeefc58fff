import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlg, SigningKey } from './model.ts';

/** A new private key as JWK with `kid` (RFC 7638 thumbprint), `alg` and `use`. RSA keys have 2048 bits. */
export async function createSigningKey(alg: SigningAlg): Promise<Pick<SigningKey, 'kid' | 'alg' | 'privateJwk'>> {
  const jwk = (await generate(alg)).export({ format: 'jwk' });
  const kid = thumbprint(jwk);
  return { kid, alg, privateJwk: { ...jwk, kid, alg, use: 'sig' } };
}

async function generate(alg: SigningAlg) {
  switch (alg) {
    case 'ES256':
      return (await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })).privateKey;
    case 'RS256':
      return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
    case 'EdDSA':
      return (await promisify(generateKeyPair)('ed25519')).privateKey;
  }
}

/** RFC 7638 §3.2: the required public members in lexicographic order; RFC 8037 §2 for OKP. */
function thumbprint(jwk: { kty?: string; crv?: string; e?: string; n?: string; x?: string; y?: string }): string {
  const { crv, e, kty, n, x, y } = jwk;
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
