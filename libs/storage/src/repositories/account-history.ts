import type { AccountHistory, AccountHistoryReader } from '@sparekey/factors';
import type { Queryable } from '../database/queryable.ts';

interface Row {
  last_at: Date | null;
  last_ip: string | null;
  addresses: string[] | null;
  failures: number;
  recoveries: number;
  changed_at: Date | null;
  created_at: Date;
}

/** What the audit trail says about an account; one statement over the index of its subject, 90 days back. */
export function accountHistoryReader(db: Queryable): AccountHistoryReader {
  return {
    async history(realmId, userId, signInUid): Promise<AccountHistory> {
      const row = await db.row<Row>({
        name: 'account_history',
        text: `with recent as materialized (
                 select at, type, outcome, ip, sign_in_uid, detail from audit_event
                 where realm_id = $1 and subject_id = $2 and at > now() - interval '90 days'
               ), done as (
                 select at, ip from recent where type = 'sign_in.completed'
               ), last_done as (
                 select at, ip from audit_event
                 where realm_id = $1 and subject_id = $2 and type = 'sign_in.completed' order by at desc limit 1
               )
               select (select at from last_done) as last_at, (select host(ip) from last_done) as last_ip,
                 (select array_agg(a.ip) from (select distinct host(ip) as ip from done where ip is not null limit 100) a)
                   as addresses,
                 count(*) filter (where outcome = 'failure' and at > now() - interval '6 hours')::int as failures,
                 count(*) filter (where type in ('backup_code.consumed', 'recovery_pass.consumed') and at > now() - interval '24 hours'
                   and sign_in_uid is distinct from $3)::int as recoveries,
                 max(at) filter (where type in ('password.changed', 'totp.removed', 'webauthn.removed', 'sms.removed')
                   or (type = 'profile.updated' and detail ->> 'fields' ~ 'email|phone')) as changed_at,
                 (select created_at from user_account where realm_id = $1 and id = $2) as created_at
               from recent`,
        values: [realmId, userId, signInUid],
      });
      if (row === undefined) throw new Error('account_history returned nothing');
      const { last_at: at, last_ip: ip, changed_at: changedAt } = row;
      return {
        ...(at === null ? {} : { last: { at, ...(ip === null ? {} : { ip }) } }),
        addresses: row.addresses ?? [],
        failures: row.failures,
        recoveries: row.recoveries,
        ...(changedAt === null ? {} : { changedAt }),
        createdAt: row.created_at,
      };
    },
  };
}
