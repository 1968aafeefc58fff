import type { Actor } from '@sparekey/audit';
import {
  advanceRotation,
  type KeyMove,
  type KeyStores,
  publishSigningKey,
  type RotationTiming,
} from './key-rotation.ts';
import type { Realm, SigningAlg, SigningKeyState } from './model.ts';

export const signingAlgs: readonly SigningAlg[] = ['ES256', 'RS256', 'EdDSA'];

/**
 * A new key is in the JWKS for two hours before it signs: longer than the hour for which relying parties commonly keep a
 * JWKS without asking again. A key that no longer signs stays until the last token it signed cannot come back, as an
 * id_token_hint of a session either.
 */
export function rotationTiming({ policy }: Realm): RotationTiming {
  const { idTokenSeconds, accessTokenSeconds } = policy.tokens;
  return {
    publishSeconds: 2 * 3600,
    retireSeconds: policy.session.absoluteSeconds + Math.max(idTokenSeconds, accessTokenSeconds),
  };
}

/** A key that takes part in a rotation, as it stands afterwards. */
export interface RotatingKey {
  kid: string;
  alg: SigningAlg;
  state: SigningKeyState;
  /** When its next move is due; undefined when it waits for nothing. */
  nextAt?: Date;
}

/**
 * Takes the rotation of each algorithm one move further: publishes a new key first; lets a published one sign when it
 * has been seen long enough; the old key stays for verification until its tokens are gone. `immediately` lets the new key
 * sign at once, for a key that has leaked: applications that cache the JWKS may fail until they ask again.
 * Call it in a transaction.
 */
export async function rotateSigningKeys(
  stores: KeyStores,
  realm: Realm,
  now: Date,
  {
    algs = signingAlgs,
    immediately = false,
    actor,
  }: { algs?: readonly SigningAlg[]; immediately?: boolean; actor: Actor },
): Promise<RotatingKey[]> {
  const timing = rotationTiming(realm);
  const due: KeyMove[] = await advanceRotation(stores, realm.id, now, timing, actor);
  for (const alg of algs) {
    if (!due.some((move) => move.alg === alg && move.to === 'active'))
      await publishSigningKey(stores, realm.id, alg, actor);
  }
  if (immediately) await advanceRotation(stores, realm.id, now, { ...timing, publishSeconds: 0 }, actor);
  const keys = await stores.signingKeys.list(realm.id);
  return keys
    .filter(({ alg, state }) => algs.includes(alg) && state !== 'retired')
    .map(({ kid, alg, state, stateChangedAt }) => ({ kid, alg, state, ...nextMove(state, stateChangedAt, timing) }));
}

function nextMove(state: SigningKeyState, since: Date, timing: RotationTiming): { nextAt?: Date } {
  if (state === 'published') return { nextAt: new Date(since.getTime() + timing.publishSeconds * 1000) };
  return state === 'retiring' ? { nextAt: new Date(since.getTime() + timing.retireSeconds * 1000) } : {};
}
