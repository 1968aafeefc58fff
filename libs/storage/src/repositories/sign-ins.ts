import { AppError } from '@sparekey/contracts';
import type { SignIn, SignInStore } from '@sparekey/sign-in';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const columns = `sign_in.realm_id as "realmId", uid, version, state, sign_in.created_at as "createdAt",
  saved_at as "savedAt", proven_at as "provenAt", expires_at as "expiresAt"`;

/** The person of the row as it stands, if everything of theirs was ended after it was saved. */
const overtaking = `select from user_account u
  where u.realm_id = sign_in.realm_id and u.id = (sign_in.state -> 'proven' ->> 'userId')::uuid
    and u.sessions_ended_at > sign_in.saved_at`;

/** Rows past their expiry, by the database's clock, are as good as gone. */
export function signInStore(db: Queryable): SignInStore {
  return {
    async create(signIn) {
      const inserted = await db.row<SignIn>({
        name: 'sign_in_create',
        text: `insert into sign_in (realm_id, uid, state, expires_at) values ($1, $2, $3, $4)
               on conflict do nothing returning ${columns}, false as overtaken`,
        values: [signIn.realmId, signIn.uid, json(signIn.state), signIn.expiresAt],
      });
      const stored = inserted ?? (await load(db, signIn.realmId, signIn.uid));
      if (!stored) throw new AppError('sign_in_expired', `The sign-in ${signIn.uid} has expired`);
      return stored;
    },
    load: (realmId, uid) => load(db, realmId, uid),
    /**
     * Safe under READ COMMITTED: a second writer waits for the row and finds another version. What this very transaction
     * ended bears its own time, and overtakes nothing: who changes the password within a sign-in goes on with it.
     */
    save: (signIn) =>
      db.row<SignIn>({
        name: 'sign_in_save',
        text: `update sign_in set state = $4, version = version + 1, saved_at = now(),
                 proven_at = case when $5 then now() else proven_at end
               where realm_id = $1 and uid = $2 and version = $3 and expires_at > now()
                 and ($4::jsonb -> 'proven' ->> 'userId' is null
                   or not exists (${overtaking} and u.sessions_ended_at < now()))
               returning ${columns}, false as overtaken`,
        values: [signIn.realmId, signIn.uid, signIn.version, json(signIn.state), signIn.isProof ?? false],
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
    text: `select ${columns}, exists (${overtaking}) as overtaken from sign_in where realm_id = $1 and uid = $2 and expires_at > now()`,
    values: [realmId, uid],
  });
}
