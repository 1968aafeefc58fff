import type { Actor } from '@sparekey/audit';
import type { RealmId } from '@sparekey/contracts';
import type { SigningAlg, SigningKey, SigningKeyState } from './model.ts';
import type { RealmStores } from './ports.ts';
import { createSigningKey } from './signing-keys.ts';

export interface RotationTiming {
  /** How long a key is in the JWKS before it signs: the longest time a relying party keeps a JWKS. */
  publishSeconds: number;
  /** How long a key stays in the JWKS after it last signed: the longest life of anything it signed. */
  retireSeconds: number;
}

/** One step of one key; to be applied in order. */
export interface KeyMove {
  kid: string;
  alg: SigningAlg;
  from: SigningKeyState;
  to: SigningKeyState;
}

/**
 * The moves that are due. A published key that waited long enough takes over, the active one of its algorithm retires
 * before it, in the same list; published keys that were overtaken never sign. Without an active key the newest
 * published one takes over at once: a realm that cannot sign serves nobody. An active key without successor stays.
 * Moves end: applied, the same moment plans no more.
 */
export function planRotation(keys: readonly SigningKey[], now: Date, timing: RotationTiming): KeyMove[] {
  const agedBy = (key: SigningKey, seconds: number) => now.getTime() - key.stateChangedAt.getTime() >= seconds * 1000;
  const inState = (state: SigningKeyState, alg: SigningAlg) =>
    keys.filter((key) => key.state === state && key.alg === alg).sort(newestFirst);
  const moves: KeyMove[] = [];
  for (const alg of ['ES256', 'RS256', 'EdDSA'] as const) {
    const active = inState('active', alg);
    const published = inState('published', alg);
    const successor = active.length === 0 ? published[0] : published.find((key) => agedBy(key, timing.publishSeconds));
    if (successor) {
      moves.push(...active.map((key) => step(key, 'retiring')));
      moves.push(step(successor, 'active'));
      const overtaken = published.slice(published.indexOf(successor) + 1);
      moves.push(...overtaken.map((key) => step(key, 'retired')));
    }
    const spent = inState('retiring', alg).filter((key) => agedBy(key, timing.retireSeconds));
    moves.push(...spent.map((key) => step(key, 'retired')));
  }
  return moves;
}

function newestFirst(a: SigningKey, b: SigningKey): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.kid < b.kid ? 1 : -1);
}

function step({ kid, alg, state }: SigningKey, to: SigningKeyState): KeyMove {
  return { kid, alg, from: state, to };
}

export type KeyStores = Pick<RealmStores, 'signingKeys' | 'audit'>;

/**
 * Begins a rotation: puts a new key into the JWKS, not yet signing. One that already waits is left to do it, so that a
 * repeated command does not pile up keys. Returns the kid of the key that will take over.
 */
export async function publishSigningKey(
  stores: KeyStores,
  realmId: RealmId,
  alg: SigningAlg,
  actor: Actor,
): Promise<string> {
  const waiting = (await stores.signingKeys.list(realmId)).find((key) => key.alg === alg && key.state === 'published');
  if (waiting) return waiting.kid;
  const key = await createSigningKey(alg);
  await stores.signingKeys.add({ ...key, realmId, state: 'published' });
  await tell(stores, realmId, actor, key.kid, alg, 'published');
  return key.kid;
}

/** Gives a realm its first, at once active key of each algorithm that has none. Errors: `conflict` on a lost race. */
export async function ensureSigningKeys(
  stores: KeyStores,
  realmId: RealmId,
  algs: readonly SigningAlg[],
  actor: Actor,
): Promise<void> {
  const active = (await stores.signingKeys.list(realmId)).filter((key) => key.state === 'active');
  for (const alg of algs) {
    if (active.some((key) => key.alg === alg)) continue;
    const key = await createSigningKey(alg);
    await stores.signingKeys.add({ ...key, realmId, state: 'active' });
    await tell(stores, realmId, actor, key.kid, alg, 'active');
  }
}

/**
 * Applies what `planRotation` finds due; call in a transaction. Safe to run from several processes at once: a move that
 * another one made first stops the moves of its algorithm here. Returns the moves made.
 */
export async function advanceRotation(
  stores: KeyStores,
  realmId: RealmId,
  now: Date,
  timing: RotationTiming,
  actor: Actor,
): Promise<KeyMove[]> {
  const made: KeyMove[] = [];
  const overtaken = new Set<SigningAlg>();
  for (const move of planRotation(await stores.signingKeys.list(realmId), now, timing)) {
    if (overtaken.has(move.alg)) continue;
    if (await stores.signingKeys.move(realmId, move.kid, move.from, move.to)) {
      made.push(move);
      await tell(stores, realmId, actor, move.kid, move.alg, move.to);
    } else overtaken.add(move.alg);
  }
  return made;
}

function tell(
  stores: KeyStores,
  realmId: RealmId,
  actor: Actor,
  kid: string,
  alg: SigningAlg,
  state: SigningKeyState,
): Promise<void> {
  return stores.audit.append({ type: 'keys.rotated', realmId, actor, outcome: 'success', detail: { kid, alg, state } });
}
