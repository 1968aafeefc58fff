import type { RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';

/** Someone whom the loss of one device would lock out. */
export interface AtRisk {
  userId: UserId;
  username: string;
  email: string | null;
  /** The one device. */
  kind: string;
  label: string;
  /** Why no backup code would help. */
  codes: 'none' | 'used_up' | 'expired';
}

export interface LockoutForecast {
  /**
   * Those among the next `limit` people in the order of usernames, from behind `after`; `last` is where the next page
   * begins, undefined at the end. Only kinds of `allowed` count as a device: what the policy no longer allows cannot be
   * replaced. A code that the policy sends to a verified address or number is a way in beside it.
   */
  page(
    realmId: RealmId,
    allowed: readonly string[],
    after: string | undefined,
    limit: number,
  ): Promise<{ found: AtRisk[]; looked: number; last: string | undefined }>;
  /** People of the realm, for the progress of a long list. */
  count(realmId: RealmId): Promise<number>;
}

/** One statement a page, by keyset over the index of usernames: a page late in the list costs what the first does. */
export function lockoutForecast(db: Queryable): LockoutForecast {
  return {
    async page(realmId, allowed, after, limit) {
      const rows = await db.rows<AtRisk & { norm: string; atRisk: boolean }>({
        name: 'lockout_forecast',
        text: `with looked as materialized (
                 select u.* from user_account u where u.realm_id = $1 and u.username_norm > $2
                 order by u.username_norm limit $3
               )
               select u.id as "userId", u.username, u.email, held.kind, held.label, u.username_norm as norm,
                 case when c.id is null then 'none' when c.codes_left = 0 then 'used_up' else 'expired' end as codes,
                 u.enabled and u.service_account_client_id is null and held.count = 1
                   and (c.id is null or c.codes_left = 0 or c.expires_at <= now())
                   and not ('email' = any ($4::text[]) and u.email is not null and u.email_verified)
                   and not ('sms' = any ($4::text[]) and u.phone_number is not null and u.phone_number_verified)
                   and not exists (
                     select from contact_before b
                     where b.realm_id = u.realm_id and b.user_id = u.id and b.kind = any ($4::text[])
                   )
                   as "atRisk"
               from looked u
               cross join lateral (
                 select min(f.kind) as kind, min(f.label) as label, count(*) as count from held_factor f
                 where f.realm_id = u.realm_id and f.user_id = u.id and f.kind = any ($4::text[])
               ) held
               left join backup_code_set c on c.realm_id = u.realm_id and c.user_id = u.id and c.state = 'active'
               order by u.username_norm`,
        values: [realmId, after ?? '', limit, allowed],
      });
      const found = rows
        .filter(({ atRisk }) => atRisk)
        .map(({ userId, username, email, kind, label, codes }) => ({ userId, username, email, kind, label, codes }));
      return { found, looked: rows.length, last: rows.length < limit ? undefined : rows.at(-1)?.norm };
    },
    async count(realmId) {
      const row = await db.row<{ people: number }>({
        name: 'lockout_forecast_people',
        text: 'select count(*)::integer as people from user_account where realm_id = $1',
        values: [realmId],
      });
      return row?.people ?? 0;
    },
  };
}
