import { AppError } from '@sparekey/contracts';
import type { SignIn, SignInStore } from '@sparekey/sign-in';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const columns = `realm_id as "realmId", uid, version, state, created_at as "createdAt", expires_at as "expiresAt"`;

/** Rows past their expiry, by the database's clock, are as good as gone. */
export function signInStore(db: Queryable): SignInStore {
  return {
    async create(signIn) {
      const inserted = await db.row<SignIn>({
        name: 'sign_in_create',
        text: `insert into sign_in (realm_id, uid, state, expires_at) values ($1, $2, $3, $4)
               on conflict do nothing returning ${columns}`,
        values: [signIn.realmId, signIn.uid, json(signIn.state), signIn.expiresAt],
      });
      const stored = inserted ?? (await load(db, signIn.realmId, signIn.uid));
      if (!stored) throw new AppError('sign_in_expired', `The sign-in ${signIn.uid} has expired`);
      return stored;
    },
    load: (realmId, uid) => load(db, realmId, uid),
    /** Safe under READ COMMITTED: a second writer waits for the row and finds another version. */
    save: (signIn) =>
      db.row<SignIn>({
        name: 'sign_in_save',
        text: `update sign_in set state = $4, version = version + 1
               where realm_id = $1 and uid = $2 and version = $3 and expires_at > now() returning ${columns}`,
        values: [signIn.realmId, signIn.uid, signIn.version, json(signIn.state)],
      }),
    async remove(realmId, uid) {
      await db.count({
        name: 'sign_in_remove',
        text: 'delete from sign_in where realm_id = $1 and uid = $2',
        values: [realmId, uid],
      });
    },
  };
}

function load(db: Queryable, realmId: string, uid: string): Promise<SignIn | undefined> {
  return db.row({
    name: 'sign_in_load',
    text: `select ${columns} from sign_in where realm_id = $1 and uid = $2 and expires_at > now()`,
    values: [realmId, uid],
  });
}
