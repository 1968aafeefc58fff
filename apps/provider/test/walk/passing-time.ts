import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';

/** Moments that are stored as something else than a timestamp: what moves them back by `$2` seconds. */
const others: Record<string, string> = {
  totp_authenticator: 'last_step = last_step - $2::int / 30',
  network_counter: 'slot = slot - $2::int / 300',
  send_counter: 'slot = slot - $2::int / window_seconds',
  oidc_interaction: `payload = case when payload #>> '{result,login,ts}' is null then payload else jsonb_set(jsonb_set(payload::jsonb,
      '{result,login,ts}', to_jsonb((payload #>> '{result,login,ts}')::bigint - $2::int)),
      '{result,login,provenAt}', coalesce(to_jsonb((payload #>> '{result,login,provenAt}')::timestamptz - by), 'null'))::json end`,
  // Codes and refresh tokens have it at the top, access tokens in what they say beyond the standard.
  oidc_token: `payload = case
      when payload ->> 'authTime' is not null then
        jsonb_set(payload::jsonb, '{authTime}', to_jsonb((payload ->> 'authTime')::bigint - $2::int))::json
      when payload #>> '{extra,auth_time}' is not null then
        jsonb_set(payload::jsonb, '{extra,auth_time}', to_jsonb((payload #>> '{extra,auth_time}')::bigint - $2::int))::json
      else payload end`,
  oidc_session: `payload = case when payload ->> 'loginTs' is null then payload else
      jsonb_set(payload::jsonb, '{loginTs}', to_jsonb((payload ->> 'loginTs')::bigint - $2::int))::json end`,
};

/** Where nobody's next step depends on when it was: the trail, what the worker sends, and what only operators change. */
const still = new Set(['outbox', 'demo_message', 'client', 'signing_key', 'organization', 'policy_version']);

/** Every timestamp of a realm's tables, so that a new one moves with the others; rows that ended stay where they are. */
const moments = `select c.table_name as "table", array_agg(c.column_name::text) as columns
  from information_schema.columns c
  join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
  where c.table_schema = 'public' and c.data_type = 'timestamp with time zone' and c.table_name not like 'scim\\_%'
    and c.table_name not like 'audit\\_event%' and c.table_name not like 'break\\_glass%'
    and exists (select from information_schema.columns r
      where r.table_schema = c.table_schema and r.table_name = c.table_name and r.column_name = 'realm_id')
  group by c.table_name`;

interface Moments {
  table: string;
  columns: string[];
}

/** Time for one realm, in the only place where the product keeps any: every moment it stored moves back. */
export class PassingTime {
  readonly #storage: Storage;
  readonly #text: string;

  private constructor(storage: Storage, tables: readonly Moments[]) {
    this.#storage = storage;
    const updates = tables.map(({ table, columns }) => {
      const changes = columns.map((column) => `${column} = ${column} - by`);
      if (others[table] !== undefined) changes.push(others[table]);
      const alive = ['realm_id = $1'];
      if (columns.includes('expires_at')) alive.push('expires_at > now()');
      if (columns.includes('destroyed_at')) alive.push('destroyed_at is null');
      if (columns.includes('ended_at')) alive.push('ended_at is null');
      const text = `update ${table} set ${changes.join(', ')} where ${alive.join(' and ')} returning 1`;
      return `of_${table} as (${text.replaceAll(/\bby\b/g, 'make_interval(secs => $2::int)')})`;
    });
    this.#text = `with ${updates.join(', ')} select 1 as done`;
  }

  static async of(storage: Storage): Promise<PassingTime> {
    const tables = await storage.database.rows<Moments>({ name: 'walk_moments', text: moments, values: [] });
    return new PassingTime(
      storage,
      tables.filter(({ table }) => !still.has(table)),
    );
  }

  /** `seconds` are whole steps of an authenticator app, so that its codes stay those of the machine's clock. */
  async pass(realm: Realm, seconds: number): Promise<void> {
    if (seconds % 30 !== 0) throw new Error('time passes in steps of 30 seconds');
    await this.#storage.database.row({ name: 'walk_time', text: this.#text, values: [realm.id, seconds] });
  }
}
