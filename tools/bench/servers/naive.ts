/**
 * The adapter that most deployments start with, after the shape of the library's own knex example: one JSONB table, a
 * statement for every call, an unguarded consume. It is here to be compared with, not to be used.
 */
import knexFactory from 'knex';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { plainProvider } from './plain-provider.ts';
import { reportToBench } from './report.ts';

const knex = knexFactory({ client: 'pg', connection: process.env.BENCH_DATABASE_URL, pool: { min: 2, max: 10 } });
await knex.raw(`
  create table if not exists naive_oidc_payload (
    id text not null, kind text not null, payload jsonb not null, grant_id text, user_code text, uid text,
    expires_at timestamptz, consumed_at timestamptz, primary key (id, kind)
  );
  create index if not exists naive_grant on naive_oidc_payload (grant_id);
  create index if not exists naive_uid on naive_oidc_payload (uid);
`);

interface Row {
  id: string;
  kind: string;
  uid: string | null;
  user_code: string | null;
  grant_id: string | null;
  payload: AdapterPayload;
  expires_at: Date | null;
  consumed_at: Date | null;
}

class NaiveAdapter implements Adapter {
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  #rows(where: Record<string, string>) {
    return knex<Row>('naive_oidc_payload').where({ kind: this.#kind, ...where });
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const row = {
      id,
      kind: this.#kind,
      payload: JSON.stringify(payload),
      grant_id: payload.grantId,
      user_code: payload.userCode,
      uid: payload.uid,
      expires_at: expiresIn ? new Date(Date.now() + expiresIn * 1000) : null,
    };
    await knex('naive_oidc_payload').insert(row).onConflict(['id', 'kind']).merge();
  }

  async #found(where: Record<string, string>): Promise<AdapterPayload | undefined> {
    const row = await this.#rows(where).first();
    if (!row || (row.expires_at && row.expires_at < new Date())) return undefined;
    return { ...row.payload, ...(row.consumed_at ? { consumed: true } : {}) };
  }

  find = (id: string) => this.#found({ id });
  findByUid = (uid: string) => this.#found({ uid });
  findByUserCode = (userCode: string) => this.#found({ user_code: userCode });

  async destroy(id: string): Promise<void> {
    await this.#rows({ id }).delete();
  }

  async consume(id: string): Promise<void> {
    await this.#rows({ id }).update({ consumed_at: new Date() });
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#rows({ grant_id: grantId }).delete();
  }
}

const { server, issuer } = await plainProvider(NaiveAdapter);
reportToBench(issuer, async () => {
  server.close();
  await knex.destroy();
});
