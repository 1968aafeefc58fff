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

interface SealRow {
  key_id: string;
  sealed: Buffer;
  is_current: boolean;
}

/**
 * Proves that the master key is the one this database is sealed with; on a new database it is made so, and where an
 * earlier master key of the keyring was current, ours takes its place. Of two processes that do this at once with
 * different keys one is refused: the partial unique index admits one current row.
 * Errors: `unavailable` with another or a replaced master key, or when the database was never migrated.
 */
export async function checkSeal(db: Queryable, keyring: Keyring): Promise<void> {
  const rows = await read(db);
  const current = rows.find((row) => row.is_current);
  if (current?.key_id === keyring.currentKeyId) return prove(keyring, current);
  if (current) {
    if (rows.some((row) => row.key_id === keyring.currentKeyId)) throw refusal(keyring, 'was replaced by', current);
    if (!keyring.holds(current.key_id)) throw refusal(keyring, 'is not the one this database is sealed with,', current);
    prove(keyring, current);
  }
  await become(db, keyring, current?.key_id);
  const now = (await read(db)).find((row) => row.is_current);
  if (now?.key_id !== keyring.currentKeyId) throw refusal(keyring, 'lost against another process with', now);
}

function read(db: Queryable): Promise<SealRow[]> {
  const statement = { name: 'seal_check_read', text: 'select key_id, sealed, is_current from seal_check' };
  return db.rows<SealRow>(statement).catch((cause: unknown) => {
    if (sqlState(cause) === UNDEFINED_TABLE)
      throw new AppError('unavailable', 'The database has no Sparekey schema yet: run the migrations first', { cause });
    throw cause;
  });
}

/**
 * Safe under READ COMMITTED: only the row that was proven is replaced, so who comes second replaces nothing and conflicts
 * with the row of the first.
 */
async function become(db: Queryable, keyring: Keyring, replaced: string | undefined): Promise<void> {
  const keyId = keyring.currentKeyId;
  await db.atomically(async (transaction) => {
    await transaction.count({
      name: 'seal_check_replace',
      text: 'update seal_check set is_current = false where is_current and key_id = $1',
      values: [replaced],
    });
    await transaction.count({
      name: 'seal_check_write',
      text: 'insert into seal_check (key_id, sealed, is_current) values ($1, $2, true) on conflict do nothing',
      values: [keyId, keyring.seal(PROOF, place(keyId))],
    });
  });
}

function prove(keyring: Keyring, row: SealRow): void {
  if (!keyring.open(row.sealed, place(row.key_id)).equals(PROOF))
    throw new AppError('unavailable', 'The check value of the master key is damaged');
}

function refusal(keyring: Keyring, how: string, other: SealRow | undefined): AppError {
  return new AppError(
    'unavailable',
    `The master key (${keyring.currentKeyId}) ${how} ${other?.key_id ?? 'none'}. ` +
      'Configure that one: with another, no authenticator and no signing key can be read.',
  );
}
