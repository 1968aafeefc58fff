import type { AuditEventType, Origin } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import type { HotStatement } from '../hot/connection.ts';
import type { HotPath } from '../hot/path.ts';
import { Turn } from '../hot/turn.ts';
import { auditTrail } from '../repositories/audit.ts';
import type { TokenKind } from './model.ts';
import { endFamilies } from './revoke.ts';

interface Key {
  realmId: RealmId;
  kind: TokenKind;
  id: Buffer;
}

/**
 * Safe at READ COMMITTED: of several of these for one row the first locks it, the others wait and then find
 * `consumed_at` set when Postgres evaluates the condition again.
 */
const consumeTokens: HotStatement = {
  name: 'oidc_token_consume',
  text: `update oidc_token t set consumed_at = now()
    from unnest($1::uuid[], $2::oidc_token_kind[], $3::bytea[]) with ordinality as k(realm_id, kind, id, ordinal)
    where t.realm_id = k.realm_id and t.kind = k.kind and t.id = k.id
      and t.consumed_at is null and t.destroyed_at is null and t.expires_at > now()
    returning k.ordinal::int`,
};

/**
 * Takes the id of a proof (DPoP, client assertion) at the moment it is looked up: the look-up that finds nothing is the
 * one that wrote the row. Until oidc-provider saves it with its own time to live it stands for ten minutes.
 */
const claimProof: HotStatement = {
  name: 'oidc_proof_claim',
  text: `insert into oidc_token as kept (realm_id, kind, id, payload, expires_at)
    values ($1, 'ReplayDetection', $2, '{}', now() + interval '10 minutes')
    on conflict (realm_id, kind, id) do update set payload = '{}', expires_at = excluded.expires_at
    where kept.expires_at <= now() and kept.destroyed_at is null
    returning 1`,
};

const reuseEvents: Partial<Record<TokenKind, AuditEventType>> = {
  AuthorizationCode: 'authorization_code.reused',
  RefreshToken: 'refresh_token.reused',
};

/** What is single-use. Every change here is on disk before it is answered. */
export class Consumption {
  readonly #hot: HotPath;
  readonly #database: Queryable;
  readonly #consumptions: Turn<Key, boolean>;

  constructor(hot: HotPath, database: Queryable) {
    this.#hot = hot;
    this.#database = database;
    this.#consumptions = new Turn((keys) => this.#consume(keys));
  }

  /** Guarded: of any number of parallel calls for one row, in any process, exactly one gets true. */
  consume(key: Key): Promise<boolean> {
    return this.#consumptions.ask(key);
  }

  /** Guarded: true for the one caller that is the first to see this proof. */
  async claimProof(realmId: RealmId, id: Buffer): Promise<boolean> {
    return (await this.#hot.durable(claimProof, [realmId, id])).length > 0;
  }

  /**
   * A spent code or token came back: whoever holds it, or whoever used it first, should not have it (RFC 9700 §4.14.2,
   * RFC 6749 §4.1.2). Ends the grant and every token of it, and records that, in one transaction. Does nothing when the
   * row was never spent.
   */
  async reused(key: Key, origin: Origin | undefined): Promise<void> {
    await this.#database.atomically(async (transaction) => {
      const spent = await transaction.row<SpentRow>({
        name: 'oidc_token_spent',
        text: `select t.grant_id, t.account_id, coalesce(g.client_id, t.payload ->> 'clientId') as client_id
               from oidc_token t left join oidc_grant g on g.realm_id = t.realm_id and g.id = t.grant_id
               where t.realm_id = $1 and t.kind = $2 and t.id = $3 and t.consumed_at is not null`,
        values: [key.realmId, key.kind, key.id],
      });
      if (!spent) return;
      if (spent.grant_id !== null) await endFamilies(transaction, key.realmId, [spent.grant_id]);
      const type = reuseEvents[key.kind];
      if (!type) return;
      await auditTrail(transaction).append({
        type,
        realmId: key.realmId,
        actor: { kind: 'anonymous' },
        outcome: 'denied',
        reason: 'already_used',
        ...(spent.account_id === null ? {} : { subject: spent.account_id }),
        ...(spent.client_id === null ? {} : { clientId: spent.client_id }),
        ...(origin === undefined ? {} : { origin }),
      });
    });
  }

  async #consume(keys: Key[]): Promise<boolean[]> {
    // One row is updated once a statement: the second asker of the same turn is not the one who consumed it.
    const order = keys.map((key, index) => ({
      key,
      index,
      sort: `${key.realmId}:${key.kind}:${key.id.toString('hex')}`,
    }));
    order.sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : a.index - b.index));
    const first = order.filter(({ sort }, at) => sort !== order[at - 1]?.sort);
    const consumed = await this.#hot.durable<{ ordinal: number }>(consumeTokens, [
      first.map(({ key }) => key.realmId),
      first.map(({ key }) => key.kind),
      first.map(({ key }) => key.id),
    ]);
    const answers = keys.map(() => false);
    for (const { ordinal } of consumed) {
      const asker = first[ordinal - 1];
      if (asker) answers[asker.index] = true;
    }
    return answers;
  }
}

interface SpentRow {
  grant_id: string | null;
  account_id: UserId | null;
  client_id: string | null;
}
