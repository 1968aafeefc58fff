import type { MadeCodes } from '../../authenticators/make-codes.ts';
import { checkTypedBack, confirmCodes, makeCodes } from '../../authenticators/make-codes.ts';
import { type Acting, byWay } from './acting.ts';
import { type Whereabouts, whereabouts } from './whereabouts.ts';

/** A code that was used. */
export interface BackupCodeUse {
  at: Date;
  /** Its place in the set as it was shown, from 1; undefined for one used before places were recorded. */
  number?: number;
  where: Whereabouts;
}

/** The confirmed set of a person, also when it has expired. Codes themselves nobody can read again. */
export interface BackupCodesStanding {
  count: number;
  left: number;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt?: Date;
  /** Newest first. */
  uses: BackupCodeUse[];
}

/** How the codes stand; undefined without a set. */
export async function backupCodesStanding(acting: Acting): Promise<BackupCodesStanding | undefined> {
  const { services, realm, person } = acting;
  const { stores } = services.storage;
  const set = await stores.backupCodes.active(realm.realm.id, person.id);
  if (set === undefined) return undefined;
  const { id, count, left, createdAt, expiresAt, lastUsedAt } = set;
  const used = await stores.activity.usesOf(realm.realm.id, person.id, { id, createdAt });
  const uses = used.map(({ at, detail, origin }) => ({
    at,
    ...(typeof detail?.index === 'number' ? { number: detail.index + 1 } : {}),
    where: origin === undefined ? {} : whereabouts(services, origin),
  }));
  return { count, left, createdAt, expiresAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }), uses };
}

/** A pending set, whose codes are in this answer and nowhere else; the active set stays until one is typed back. */
export function generateBackupCodes(acting: Acting): Promise<MadeCodes> {
  const { services, realm, person, policy } = acting;
  return makeCodes(services, realm, { person, policy }, byWay(acting));
}

/**
 * Takes a code of the pending set that was typed back: now it is the active one and the old set ends. `malformed` costs no
 * hash; `stale` when the set is no longer pending.
 */
export async function confirmBackupCodes(
  acting: Acting,
  input: string,
): Promise<'confirmed' | 'malformed' | 'wrong' | 'stale'> {
  const { services, realm, person, policy } = acting;
  const check = await checkTypedBack(services, realm, { person, policy }, input);
  if (!check.matched) return check.reason === 'malformed' ? 'malformed' : 'wrong';
  const confirmed = await services.storage.transaction((stores) =>
    confirmCodes(stores, realm, person, check, byWay(acting)),
  );
  return confirmed ? 'confirmed' : 'stale';
}
