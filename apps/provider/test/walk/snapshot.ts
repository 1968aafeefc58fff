import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';

/** What guards one person, as it stands in the database. */
export interface PersonRow {
  id: string;
  email: string | null;
  emailVerified: boolean;
  enabled: boolean;
  /** A text message reaches them. */
  phone: boolean;
  frozen: boolean;
  phc: string | null;
  /** Last step by id of the authenticator. */
  totp: Record<string, number>;
  /** Ids of the authenticators by credential id, in hex. */
  keys: Record<string, string>;
  /** The active set, its life and the indices that were not used. */
  active: { id: string; live: number[] } | null;
  pending: string | null;
}

export interface SessionRow {
  uid: string;
  person: string;
  acr: string | null;
  loginTs: number;
}

export interface SignInRow {
  at: string;
  proven: { userId?: string; proofs: string[] };
}

export interface Snapshot {
  people: Map<string, PersonRow>;
  /** Live sessions of somebody, by the hex of their id. */
  sessions: Map<string, SessionRow>;
  /** Of the step that was looked at. */
  signIn: SignInRow | undefined;
  recovery: { demands: string; state: string } | undefined;
}

interface Row {
  people: PersonRow[] | null;
  sessions: Record<string, SessionRow> | null;
  sign_in: SignInRow | null;
  recovery: Snapshot['recovery'] | null;
}

/** Looks at everything that a step of a walk may have changed, in one statement. */
export async function look({ database }: Storage, realm: Realm, uid: string): Promise<Snapshot> {
  const row = await database.row<Row>({
    name: 'walk_look',
    text: `select
      (select json_agg(json_build_object(
         'id', u.id, 'email', u.email, 'emailVerified', u.email_verified, 'enabled', u.enabled,
         'phone', u.phone_number is not null and u.phone_number_verified,
         'frozen', coalesce(u.recovery_frozen_until > now(), false), 'phc', p.phc,
         'totp', coalesce((select json_object_agg(t.id, t.last_step) from totp_authenticator t
            where t.realm_id = u.realm_id and t.user_id = u.id and t.confirmed_at is not null), '{}'),
         'keys', coalesce((select json_object_agg(encode(w.credential_id, 'hex'), w.id) from webauthn_authenticator w
            where w.realm_id = u.realm_id and w.user_id = u.id), '{}'),
         'active', (select json_build_object('id', s.id, 'live', array(select c.index from backup_code c
              where c.realm_id = s.realm_id and c.user_id = s.user_id and c.set_id = s.id and c.verifier is not null
              order by c.index))
            from backup_code_set s where s.realm_id = u.realm_id and s.user_id = u.id and s.state = 'active'),
         'pending', (select s.id from backup_code_set s
            where s.realm_id = u.realm_id and s.user_id = u.id and s.state = 'pending')))
       from user_account u left join password_credential p on p.realm_id = u.realm_id and p.user_id = u.id
       where u.realm_id = $1) as people,
      (select json_object_agg(encode(s.id, 'hex'), json_build_object('uid', s.uid, 'person', s.account_id,
         'acr', s.payload ->> 'acr', 'loginTs', s.payload -> 'loginTs'))
       from oidc_session s where s.realm_id = $1 and s.account_id is not null and s.destroyed_at is null
         and s.expires_at > now()) as sessions,
      (select state from sign_in where realm_id = $1 and uid = $2) as sign_in,
      (select json_build_object('demands', r.demands, 'state', r.state) from recovery_case r
       where r.realm_id = $1 and r.sign_in_uid = $2 order by r.created_at desc limit 1) as recovery`,
    values: [realm.id, uid],
  });
  return {
    people: new Map((row?.people ?? []).map((person) => [person.id, person])),
    sessions: new Map(Object.entries(row?.sessions ?? {})),
    signIn: row?.sign_in ?? undefined,
    recovery: row?.recovery ?? undefined,
  };
}
