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
  /** In the order of usernames, from behind `after`. */
  page(realmId: RealmId, after: string | undefined, limit: number): Promise<AtRisk[]>;
}

/** One statement a page, by keyset over the index of usernames: a page late in the list costs what the first does. */
export function lockoutForecast(db: Queryable): LockoutForecast {
  return {
    page: (realmId, after, limit) =>
      db.rows<AtRisk>({
        name: 'lockout_forecast',
        text: `select u.id as "userId", u.username, u.email, held.kind, held.label,
                 case when c.id is null then 'none' when c.codes_left = 0 then 'used_up' else 'expired' end as codes
               from user_account u
               cross join lateral (
                 select min(f.kind) as kind, min(f.label) as label, count(*) as count from held_factor f
                 where f.realm_id = u.realm_id and f.user_id = u.id
               ) held
               left join backup_code_set c on c.realm_id = u.realm_id and c.user_id = u.id and c.state = 'active'
               where u.realm_id = $1 and u.enabled and u.service_account_client_id is null
                 and u.username_norm > $2 and held.count = 1
                 and (c.id is null or c.codes_left = 0 or c.expires_at <= now())
               order by u.username_norm limit $3`,
        values: [realmId, after ?? '', limit],
      }),
  };
}
