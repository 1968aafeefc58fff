import type { RealmId } from '@sparekey/contracts';
import type { Realm, SigningAlg, SigningKey, SigningKeyState } from '../model.ts';
import type { RealmStores } from '../ports.ts';
import { newSigningKey } from './new-key.ts';

export const signingAlgs: readonly SigningAlg[] = ['ES256', 'RS256', 'EdDSA'];

/**
 * A new key is in the JWKS for this long before it signs, so that every application has fetched it: longer than the
 * hour for which relying parties commonly keep a JWKS without asking again.
 */
export const PUBLISHED_SECONDS = 2 * 3600;

/** A key that no longer signs stays until the last token it signed cannot come back, as an id_token_hint of a session. */
const retiringSeconds = ({ policy }: Realm): number =>
  policy.session.absoluteSeconds + Math.max(policy.tokens.idTokenSeconds, policy.tokens.accessTokenSeconds);

export interface KeyMove {
  kid: string;
  alg: SigningAlg;
  state: SigningKeyState;
  /** When the next move of this key is due; undefined when it waits for nothing. */
  nextAt?: Date;
}

type KeyStores = Pick<RealmStores, 'signingKeys' | 'audit'>;

async function record(
  stores: KeyStores,
  realmId: RealmId,
  { kid, alg, state }: KeyMove,
  operator: string,
): Promise<void> {
  await stores.audit.append({
    type: 'keys.rotated',
    realmId,
    actor: { kind: 'operator', name: operator },
    outcome: 'success',
    detail: { kid, alg, state },
  });
}

const after = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);

/** Gives a new realm a key of every algorithm that signs from the start. Call it in the transaction that makes the realm. */
export async function createSigningKeys(stores: KeyStores, realmId: RealmId, operator: string): Promise<void> {
  for (const key of await Promise.all(signingAlgs.map(newSigningKey))) {
    await stores.signingKeys.add({ ...key, realmId, state: 'active' });
    await record(stores, realmId, { ...key, state: 'active' }, operator);
  }
}

/** Oldest first. */
function inState(keys: readonly SigningKey[], alg: SigningAlg, state: SigningKeyState): SigningKey[] {
  return keys
    .filter((key) => key.alg === alg && key.state === state)
    .toSorted((a, b) => a.stateChangedAt.getTime() - b.stateChangedAt.getTime());
}

/** The old key stops signing as the new one begins: at most one signs. False when another process was faster. */
async function activate(stores: KeyStores, realm: Realm, keys: readonly SigningKey[], next: SigningKey, now: Date) {
  const moves: KeyMove[] = [];
  for (const old of inState(keys, next.alg, 'active')) {
    if (!(await stores.signingKeys.move(realm.id, old.kid, 'active', 'retiring'))) return [];
    moves.push({ kid: old.kid, alg: old.alg, state: 'retiring', nextAt: after(now, retiringSeconds(realm)) });
  }
  if (!(await stores.signingKeys.move(realm.id, next.kid, 'published', 'active'))) {
    throw new Error(`Key ${next.kid} was moved by another process; try again`);
  }
  return [...moves, { kid: next.kid, alg: next.alg, state: 'active' as const }];
}

/**
 * Makes every move that is due: a published key signs, a retiring one retires. For a job that runs now and then. Call it
 * in a transaction: the moves of one algorithm belong together.
 */
export async function advanceSigningKeys(
  stores: KeyStores,
  realm: Realm,
  now: Date,
  operator: string,
): Promise<KeyMove[]> {
  const keys = await stores.signingKeys.list(realm.id);
  const moves: KeyMove[] = [];
  for (const alg of signingAlgs) {
    const [next] = inState(keys, alg, 'published');
    if (next !== undefined && after(next.stateChangedAt, PUBLISHED_SECONDS) <= now) {
      moves.push(...(await activate(stores, realm, keys, next, now)));
    }
    for (const old of inState(keys, alg, 'retiring')) {
      if (after(old.stateChangedAt, retiringSeconds(realm)) > now) continue;
      if (await stores.signingKeys.move(realm.id, old.kid, 'retiring', 'retired')) {
        moves.push({ kid: old.kid, alg, state: 'retired' });
      }
    }
  }
  for (const move of moves) await record(stores, realm.id, move, operator);
  return moves;
}

export interface RotateOptions {
  algs?: readonly SigningAlg[];
  /** The new key signs at once: for a key that has leaked. Applications that cache the JWKS may fail until they ask again. */
  immediately?: boolean;
  operator: string;
}

/**
 * Takes the rotation of each algorithm one move further, and makes the moves that are due: publishes a new key first; lets
 * a published one sign when it has been seen long enough; the old key stays for verification until its tokens are gone.
 * Call it in a transaction.
 */
export async function rotateSigningKeys(
  stores: KeyStores,
  realm: Realm,
  now: Date,
  { algs = signingAlgs, immediately = false, operator }: RotateOptions,
): Promise<KeyMove[]> {
  const moves = await advanceSigningKeys(stores, realm, now, operator);
  for (const alg of algs) {
    if (moves.some((move) => move.alg === alg && move.state === 'active')) continue;
    const keys = await stores.signingKeys.list(realm.id);
    let [next] = inState(keys, alg, 'published');
    if (next === undefined) {
      const key = await newSigningKey(alg);
      next = { ...key, realmId: realm.id, state: 'published', createdAt: now, stateChangedAt: now };
      await stores.signingKeys.add({ ...key, realmId: realm.id, state: 'published' });
      await record(stores, realm.id, { ...key, state: 'published' }, operator);
    }
    if (immediately) {
      const made = await activate(stores, realm, keys, next, now);
      for (const move of made) await record(stores, realm.id, move, operator);
      moves.push(...made);
    } else {
      moves.push({ kid: next.kid, alg, state: 'published', nextAt: after(next.stateChangedAt, PUBLISHED_SECONDS) });
    }
  }
  return moves;
}
