import { AppError, type GroupId, type RealmId, type RoleId, type UserId } from '@sparekey/contracts';
import type { SentCodeKind } from '@sparekey/factors';
import { normaliseLogin, type UserRepository } from '@sparekey/realms';
import { isUuid } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';
import { built, sql } from '../database/sql-builder.ts';
import { toUserClaims, type UserClaimsJson } from './user-claims.ts';
import { toUser, type UserRow, userValues } from './user-row.ts';

/**
 * A login leads to one account: user_login (migration 0003) holds usernames and e-mail addresses under one key, so a name
 * that is another person's e-mail address is refused as `conflict`, and the reverse.
 */
export function userRepository(db: Queryable): UserRepository {
  return {
    async byId(realmId, id) {
      if (!isUuid(id)) return undefined;
      const row = await db.row<UserRow>({
        name: 'user_by_id',
        text: 'select * from user_account where realm_id = $1 and id = $2',
        values: [realmId, id],
      });
      return row && toUser(row);
    },
    async byLogin(realmId, login) {
      const normalised = normaliseLogin(login.toWellFormed());
      // PostgreSQL refuses U+0000 in any text: nobody can have such a name.
      if (normalised.includes('\0')) return undefined;
      const row = await db.row<UserRow>({
        name: 'user_by_login',
        text: `select u.* from user_login l join user_account u on u.realm_id = l.realm_id and u.id = l.user_id
               where l.realm_id = $1 and l.login = $2`,
        values: [realmId, normalised],
      });
      return row && toUser(row);
    },
    async lock(realmId, id) {
      await db.row({
        name: 'user_lock',
        text: 'select from user_account where realm_id = $1 and id = $2 for no key update',
        values: [realmId, id],
      });
    },
    async claims(realmId, id) {
      if (!isUuid(id)) return undefined;
      const row = await db.row<{ claims: UserClaimsJson | null }>({
        name: 'user_claims',
        text: 'select user_claims($1, $2) as claims',
        values: [realmId, id],
      });
      return row?.claims ? toUserClaims(row.claims) : undefined;
    },
    async list(realmId, page) {
      const query = sql('user_account').where('realm_id', realmId).orderBy('username_norm').limit(page.limit);
      if (page.after !== undefined) query.andWhere('username_norm', '>', normaliseLogin(page.after));
      const rows = await db.rows<UserRow>(built('user_list', query));
      return rows.map(toUser);
    },
    async create(user) {
      const complete = { ...user, id: user.id ?? newId<UserId>() };
      const row = await db.row<UserRow>({
        name: 'user_create',
        text: `insert into user_account (realm_id, id, username, username_norm, email, email_norm, email_verified,
                 phone_number, phone_number_verified, first_name, last_name, enabled, locale, attributes,
                 required_actions, service_account_client_id, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, coalesce($17, now()))
               returning *`,
        values: userValues(complete),
      });
      if (!row) throw new AppError('internal', 'user_create returned nothing');
      return toUser(row);
    },
    async update(user) {
      const row = await db.row<UserRow>({
        name: 'user_update',
        text: `update user_account set username = $3, username_norm = $4, email = $5, email_norm = $6,
                 email_verified = $7, phone_number = $8, phone_number_verified = $9, first_name = $10, last_name = $11,
                 enabled = $12, locale = $13, attributes = $14, required_actions = $15, service_account_client_id = $16
               where realm_id = $1 and id = $2 returning *`,
        values: userValues(user).slice(0, 16),
      });
      if (!row) throw new AppError('not_found', `There is no user ${user.id} in realm ${user.realmId}`);
      return toUser(row);
    },
    async actionDone(realmId, id, action) {
      const struck = await db.count({
        name: 'user_action_done',
        text: `update user_account set required_actions = array_remove(required_actions, $3)
               where realm_id = $1 and id = $2 and $3 = any(required_actions)`,
        values: [realmId, id, action],
      });
      return struck === 1;
    },
    /** Guarded by the address before: under READ COMMITTED of two changes at once the second finds another one. */
    async verifyEmail(realmId, id, from, email) {
      return db.atomically(async (transaction) => {
        const verified = await transaction.count({
          name: 'user_verify_email',
          text: `update user_account set email = $4, email_norm = $5, email_verified = true
                 where realm_id = $1 and id = $2 and email is not distinct from $3`,
          values: [realmId, id, from, email, normaliseLogin(email)],
        });
        if (verified === 1 && from !== email) {
          await forgetContacts(transaction, realmId, id, 'email');
          await transaction.count({
            name: 'user_email_settled',
            text: 'update user_account set email_changed_at = null where realm_id = $1 and id = $2',
            values: [realmId, id],
          });
        }
        return verified === 1;
      });
    },
    /** Guarded by the number before, as `verifyEmail` is by the address. */
    async setPhoneNumber(realmId, id, from, number) {
      return db.atomically(async (transaction) => {
        const set = await transaction.count({
          name: 'user_set_phone_number',
          text: `update user_account set phone_number = $4, phone_number_verified = $4::text is not null
                 where realm_id = $1 and id = $2 and phone_number is not distinct from $3`,
          values: [realmId, id, from, number],
        });
        if (set === 1) await forgetContacts(transaction, realmId, id, 'sms');
        return set === 1;
      });
    },
    forgetFormerEmail: (realmId, id) => forgetContacts(db, realmId, id, 'email'),
    async disownPhoneNumber(realmId, id) {
      await db.atomically(async (transaction) => {
        await transaction.count({
          name: 'user_disown_phone_number',
          text: 'update user_account set phone_number_verified = false where realm_id = $1 and id = $2',
          values: [realmId, id],
        });
        await forgetContacts(transaction, realmId, id, 'sms');
      });
    },
    async remove(realmId, id) {
      await db.count({
        name: 'user_remove',
        text: 'delete from user_account where realm_id = $1 and id = $2',
        values: [realmId, id],
      });
    },
    async roles(realmId, id) {
      const rows = await db.rows<{ role_id: RoleId }>({
        name: 'user_roles',
        text: 'select role_id from user_role where realm_id = $1 and user_id = $2 order by role_id',
        values: [realmId, id],
      });
      return rows.map((row) => row.role_id);
    },
    async groups(realmId, id) {
      const rows = await db.rows<{ group_id: GroupId }>({
        name: 'user_groups',
        text: 'select group_id from user_group where realm_id = $1 and user_id = $2 order by group_id',
        values: [realmId, id],
      });
      return rows.map((row) => row.group_id);
    },
    async grantRole(realmId, id, role) {
      await db.count({
        name: 'user_grant_role',
        text: 'insert into user_role (realm_id, user_id, role_id) values ($1, $2, $3) on conflict do nothing',
        values: [realmId, id, role],
      });
    },
    async joinGroup(realmId, id, group) {
      await db.count({
        name: 'user_join_group',
        text: 'insert into user_group (realm_id, user_id, group_id) values ($1, $2, $3) on conflict do nothing',
        values: [realmId, id, group],
      });
    },
  };
}

/** What the person changed with a proof of their own counts at once; nothing of before does any more. */
async function forgetContacts(db: Queryable, realmId: RealmId, id: UserId, kind: SentCodeKind): Promise<void> {
  await db.count({
    name: 'user_forget_contacts',
    text: 'delete from contact_before where realm_id = $1 and user_id = $2 and kind = $3',
    values: [realmId, id, kind],
  });
}
