import { AppError } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import { sqlState } from '../database/sql-error.ts';
import type { Keyring, SealedPlace } from './keyring.ts';

/** SQLSTATE of a table that does not exist. */
const UNDEFINED_TABLE = '42P01';

const PROOF = Buffer.from('sparekey');

function place(keyId: string): SealedPlace {
  return { table: 'seal_check', realmId: '', row: keyId, purpose: 'seal_check' };
}

/**
 * Proves that the master key is the one this database was sealed with; on a new database it is made so. Of two processes
 * that open a new database with different keys, one is refused: the partial unique index admits one current row.
 * Errors: `unavailable` with another master key, or when the database was never migrated.
 */
export async function checkSeal(db: Queryable, keyring: Keyring): Promise<void> {
  const keyId = keyring.currentKeyId;
  const known = await db
    .rows<{ key_id: string; sealed: Buffer }>({
      name: 'seal_check_read',
      text: 'select key_id, sealed from seal_check',
    })
    .catch((cause: unknown) => {
      if (sqlState(cause) === UNDEFINED_TABLE)
        throw new AppError('unavailable', 'The database has no Sparekey schema yet: run the migrations first', {
          cause,
        });
      throw cause;
    });
  const ours = known.find((row) => row.key_id === keyId);
  if (ours) {
    if (!keyring.open(ours.sealed, place(keyId)).equals(PROOF))
      throw new AppError('unavailable', 'The check value of the master key is damaged');
    return;
  }
  if (known.length === 0) {
    const written = await db.count({
      name: 'seal_check_write',
      text: 'insert into seal_check (key_id, sealed, is_current) values ($1, $2, true) on conflict do nothing',
      values: [keyId, keyring.seal(PROOF, place(keyId))],
    });
    if (written === 0) await checkSeal(db, keyring);
    return;
  }
  throw new AppError(
    'unavailable',
    `The master key (${keyId}) is not the one this database was sealed with (${known.map((row) => row.key_id).join(', ')}). ` +
      'Configure the right one: with another, no authenticator and no signing key can be read.',
  );
}
