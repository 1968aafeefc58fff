import type { RealmId } from '@sparekey/contracts';
import type { Exposed } from '@sparekey/factors';
import type { Queryable } from '../database/queryable.ts';

export interface LockoutForecast {
  /**
   * Those with a device and without a backup code that works, among the next `limit` people in the order of usernames,
   * from behind `after`; `last` is where the next page begins, undefined at the end.
   */
  page(
    realmId: RealmId,
    after: string | undefined,
    limit: number,
  ): Promise<{ found: Exposed[]; looked: number; last: string | undefined }>;
  /** People of the realm, for the progress of a long list. */
  count(realmId: RealmId): Promise<number>;
}

/** One statement a page, by keyset over the index of usernames: a page late in the list costs what the first does. */
export function lockoutForecast(db: Queryable): LockoutForecast {
  return {
    async page(realmId, after, limit) {
      const rows = await db.rows<Exposed & { norm: string; exposed: boolean }>({
        name: 'lockout_forecast',
        text: `with looked as materialized (
                 select u.* from user_account u where u.realm_id = $1 and u.username_norm > $2
                 order by u.username_norm limit $3
               )
               select u.id as "userId", u.username, u.email, u.username_norm as norm, held.devices,
                 u.email is not null and u.email_verified or before.addresses ? 'email' as "byMail",
                 array_remove(array_append(before.numbers,
                   case when u.phone_number_verified then u.phone_number end), null) as numbers,
                 case when c.id is null then 'none' when c.codes_left = 0 then 'used_up' else 'expired' end as codes,
                 array(select m.organization_id::text from organization_member m
                   join organization o on o.realm_id = m.realm_id and o.id = m.organization_id
                   where m.realm_id = u.realm_id and m.user_id = u.id and o.enabled and o.policy <> '{}'
                   order by 1) as organizations,
                 u.enabled and u.service_account_client_id is null and held.devices is not null
                   and (c.id is null or c.codes_left = 0 or c.expires_at <= now()) as exposed
               from looked u
               cross join lateral (
                 select json_agg(json_build_object('kind', f.kind, 'label', f.label) order by f.kind, f.label) as devices
                 from held_factor f where f.realm_id = u.realm_id and f.user_id = u.id
               ) held
               cross join lateral (
                 select coalesce(jsonb_object_agg(b.kind, true), '{}') as addresses,
                   array_agg(b.address) filter (where b.kind = 'sms') as numbers
                 from contact_before b where b.realm_id = u.realm_id and b.user_id = u.id
               ) before
               left join backup_code_set c on c.realm_id = u.realm_id and c.user_id = u.id and c.state = 'active'
               order by u.username_norm`,
        values: [realmId, after ?? '', limit],
      });
      const found = rows.filter(({ exposed }) => exposed).map(({ norm: _norm, exposed: _exposed, ...each }) => each);
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
