import type { BackupCodeSetId, RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';

/**
 * Sweeps for the provisioner. Each call deletes at most `limit` rows and tells how many it deleted; call again while it
 * returns `limit`, with a pause between, so that no sweep holds many locks or floods the log. Rows that someone else is
 * touching are skipped. Safe to run from several workers at once.
 */
export interface Housekeeping {
  /** Sign-ins that expired at least an hour ago. */
  sweepSignIns(limit: number): Promise<number>;
  /** Challenges of passkey ceremonies that expired at least an hour ago. */
  sweepChallenges(limit: number): Promise<number>;
  /**
   * Counters of names that lead to nobody, a day after the last attempt and its wait. The counter of a person stays until
   * a success, however old: otherwise a patient guesser would never reach the hard stop.
   */
  sweepAttempts(limit: number): Promise<number>;
  /** Networks without a failure for two hours. */
  sweepNetworks(limit: number): Promise<number>;
  /** Messages delivered at least a week ago. Dead ones stay for an operator to see. */
  sweepOutbox(limit: number): Promise<number>;
  /**
   * Holders of active sets that expired at least 30 days ago: until then a page can still say "expired" instead of
   * "none". The caller ends them, with the audit event in the same transaction.
   */
  longExpiredSets(limit: number): Promise<{ realmId: RealmId; userId: UserId; id: BackupCodeSetId }[]>;
  /** Single-use links that expired at least a week ago. */
  sweepActionLinks(limit: number): Promise<number>;
  /** Sent codes a day after they expired. */
  sweepSentCodes(limit: number): Promise<number>;
  /** Counts of what was sent, a week after the last; messages of the demo, after a day. */
  sweepSends(limit: number): Promise<number>;
  /** Addresses and numbers of before, once the one in their place has stood for the longest wait that a policy can ask. */
  sweepContacts(limit: number): Promise<number>;
  /** Secrets of webhooks that were replaced, once they sign no more. */
  sweepWebhookSecrets(limit: number): Promise<number>;
  /** Ids of what directories deleted, once their connection says so; those of a connection that is gone, after a year. */
  sweepTombstones(limit: number): Promise<number>;
  /** What was done to directories, 90 days ago. */
  sweepScimEvents(limit: number): Promise<number>;
  /** Runs of connections that ended 90 days ago. */
  sweepScimRuns(limit: number): Promise<number>;
  /** Makes the audit partitions from this month on; returns how many were missing. */
  prepareAuditPartitions(months: number): Promise<number>;
}

export function housekeeping(db: Queryable): Housekeeping {
  /** `doomed` selects the ctid of rows that nobody holds; between the locked select and the delete no row can change. */
  const sweep = (name: string, table: string, condition: string) => (limit: number) =>
    db.count({
      name,
      text: `with doomed as materialized (
               select t.ctid from ${table} t where ${condition} limit $1 for update skip locked
             )
             delete from ${table} t using doomed where t.ctid = doomed.ctid`,
      values: [limit],
    });
  return {
    sweepSignIns: sweep('sweep_sign_ins', 'sign_in', `t.expires_at < now() - interval '1 hour'`),
    sweepChallenges: sweep(
      'sweep_webauthn_challenges',
      'webauthn_challenge',
      `t.expires_at < now() - interval '1 hour'`,
    ),
    sweepAttempts: sweep(
      'sweep_attempts',
      'attempt_counter',
      `t.last_at < now() - interval '1 day' and coalesce(t.locked_until, t.last_at) < now()
         and not exists (
           select from user_account u
           where u.realm_id = t.realm_id
             and u.id = case when t.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then t.subject::uuid end
         )`,
    ),
    sweepNetworks: sweep('sweep_networks', 'network_counter', `t.last_at < now() - interval '2 hours'`),
    sweepOutbox: sweep('sweep_outbox', 'outbox', `t.delivered_at < now() - interval '7 days'`),
    longExpiredSets: (limit) =>
      db.rows({
        name: 'long_expired_sets',
        text: `select realm_id as "realmId", user_id as "userId", id from backup_code_set
               where state = 'active' and expires_at < now() - interval '30 days' limit $1`,
        values: [limit],
      }),
    sweepActionLinks: sweep('sweep_action_links', 'action_link', `t.expires_at < now() - interval '7 days'`),
    sweepSentCodes: sweep('sweep_sent_codes', 'sent_code', `t.expires_at < now() - interval '1 day'`),
    async sweepSends(limit) {
      const counters = await sweep('sweep_sends', 'send_counter', `t.last_at < now() - interval '7 days'`)(limit);
      const shown = await sweep('sweep_demo', 'demo_message', `t.created_at < now() - interval '1 day'`)(limit);
      return Math.max(counters, shown);
    },
    sweepContacts: sweep(
      'sweep_contacts',
      'contact_before',
      `exists (
         select from user_account u
         where u.realm_id = t.realm_id and u.id = t.user_id
           and case t.kind
             when 'email' then u.email_verified and coalesce(u.email_changed_at, '-infinity') < now() - interval '30 days'
             else u.phone_number_verified
               and coalesce(u.phone_number_changed_at, '-infinity') < now() - interval '30 days'
           end
       )`,
    ),
    sweepWebhookSecrets: sweep('sweep_webhook_secrets', 'webhook_secret', 't.ends_at <= now()'),
    sweepTombstones: sweep(
      'sweep_scim_tombstones',
      'scim_tombstone',
      `t.deleted_at < now() - interval '1 day' and t.deleted_at < now() - make_interval(days => coalesce((
         select (c.settings ->> 'tombstoneDays')::integer from scim_connection c
         where c.realm_id = t.realm_id and c.id = t.connection_id
       ), 365))`,
    ),
    sweepScimEvents: sweep('sweep_scim_events', 'scim_event', `t.at < now() - interval '90 days'`),
    sweepScimRuns: sweep('sweep_scim_runs', 'scim_run', `t.ended_at < now() - interval '90 days'`),
    async prepareAuditPartitions(months) {
      const row = await db.row<{ made: number }>({
        name: 'audit_prepare',
        text: 'select audit_event_prepare($1) as made',
        values: [months],
      });
      return row?.made ?? 0;
    },
  };
}
