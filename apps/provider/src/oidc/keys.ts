import type { SigningKey, SigningKeyState } from '@sparekey/realms';
import type { JWK, JWKS } from 'oidc-provider';

/** In the order the engine must see them: it signs with the first key that fits the algorithm. */
const ORDER: readonly SigningKeyState[] = ['active', 'published', 'retiring'];

/**
 * The key set of a realm for the engine. All but the retired are published for verification; because the active key of
 * each algorithm comes first, it alone signs. Algorithms without an active key are left out as a whole, for the engine
 * would sign with whichever key it finds.
 */
export function toJwks(keys: readonly SigningKey[]): JWKS {
  const signing = new Set(keys.filter((key) => key.state === 'active').map((key) => key.alg));
  const served = keys
    .filter((key) => ORDER.includes(key.state) && signing.has(key.alg))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return { keys: served.map(({ kid, alg, privateJwk }): JWK => ({ ...privateJwk, kid, alg, use: 'sig' })) };
}
