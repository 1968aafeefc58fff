import type { RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { endFamilies } from '../oidc/revoke.ts';
import { sessionDirectory } from '../oidc/session-directory.ts';

/** The end of a person's account; every method in the transaction of the caller. */
export interface AccountErasure {
  /**
   * The first of these roles that the person alone holds, of everyone in the realm who can sign in; undefined when there
   * is none. Until the transaction ends nobody else of the realm gets an answer, so that of the last two who go at once
   * one stays.
   */
  soleHolderOf(realmId: RealmId, userId: UserId, roles: readonly string[]): Promise<string | undefined>;
  /**
   * Ends sessions (with their messages to applications), grants and tokens, removes the person with all that is theirs,
   * and what waits of theirs elsewhere. Security notices that were queued before still go out; the audit trail stays, with
   * the bare id.
   */
  erase(realmId: RealmId, userId: UserId): Promise<void>;
}

export function accountErasure(db: Queryable, keyring: Keyring): AccountErasure {
  return {
    async soleHolderOf(realmId, userId, roles) {
      await db.row({
        name: 'realm_lock',
        text: 'select from realm where id = $1 for no key update',
        values: [realmId],
      });
      const row = await db.row<{ name: string }>({ ...soleHolder, values: [realmId, userId, roles] });
      return row?.name;
    },

    erase: (realmId, userId) =>
      db.atomically(async (transaction) => {
        await sessionDirectory(transaction, keyring).endAll(realmId, userId);
        const grants = await transaction.rows<{ id: string }>({
          name: 'grants_of_person',
          text: 'select id from oidc_grant where realm_id = $1 and account_id = $2 and destroyed_at is null',
          values: [realmId, userId],
        });
        await endFamilies(
          transaction,
          realmId,
          grants.map(({ id }) => id),
        );
        for (const { name, text } of traces) await transaction.count({ name, text, values: [realmId, userId] });
        await transaction.count({
          name: 'user_remove',
          text: 'delete from user_account where realm_id = $1 and id = $2',
          values: [realmId, userId],
        });
      }),
  };
}

/** Roles come by themselves, within another, and by a group or one above it. */
const soleHolder = {
  name: 'sole_holder',
  text: `with recursive granting as (
           select name, id from role where realm_id = $1 and name = any($3::text[])
           union
           select g.name, c.parent_id from granting g join role_composite c on c.realm_id = $1 and c.child_id = g.id
         ), groups as (
           select g.name, r.group_id as id from granting g join group_role r on r.realm_id = $1 and r.role_id = g.id
           union
           select p.name, g.id from groups p join "group" g on g.realm_id = $1 and g.parent_id = p.id
         ), holders as (
           select g.name, r.user_id from granting g join user_role r on r.realm_id = $1 and r.role_id = g.id
           union
           select g.name, m.user_id from groups g join user_group m on m.realm_id = $1 and m.group_id = g.id
         )
         select h.name from holders h join user_account u on u.realm_id = $1 and u.id = h.user_id
         where u.enabled and u.service_account_client_id is null
         group by h.name having count(*) = 1 and bool_and(h.user_id = $2) order by h.name limit 1`,
};

const logins = `(select lower(login) from (select unnest(array[username, email, phone_number]) as login
  from user_account where realm_id = $1 and id = $2) as own where login is not null)`;

/** What no foreign key leads to. Notices stay: who deletes an account in somebody's name must not silence them. */
const traces = [
  {
    name: 'erase_interactions',
    text: `update oidc_interaction set destroyed_at = now(), payload = null
           where realm_id = $1 and destroyed_at is null
             and (account_id = $2 or lower(payload -> 'params' ->> 'login_hint') in ${logins})`,
  },
  {
    name: 'erase_sign_ins',
    text: `delete from sign_in where realm_id = $1
             and (state -> 'proven' ->> 'userId' = $2::uuid::text or lower(state ->> 'login') in ${logins})`,
  },
  {
    name: 'erase_attempts',
    text: 'delete from attempt_counter where realm_id = $1 and subject = $2::uuid::text',
  },
  {
    name: 'erase_challenges',
    text: 'delete from webauthn_challenge where realm_id = $1 and user_id = $2',
  },
  {
    name: 'erase_demo_messages',
    text: `delete from demo_message where realm_id = $1 and lower(recipient) in ${logins}`,
  },
  {
    name: 'erase_messages',
    text: `delete from outbox where realm_id = $1 and payload ->> 'userId' = $2::uuid::text
             and (delivered_at is not null or dead_at is not null or (kind = 'sms' and payload ->> 'letter' is null)
               or payload ->> 'letter' in ('sign_in_code', 'password_reset', 'verify_email'))`,
  },
  {
    name: 'erase_message_errors',
    text: `update outbox set last_error = null
           where realm_id = $1 and payload ->> 'userId' = $2::uuid::text and last_error is not null`,
  },
];
