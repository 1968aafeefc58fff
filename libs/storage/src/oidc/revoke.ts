import type { RealmId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';
import type { HotStatement } from '../hot/connection.ts';
import type { HotPath } from '../hot/path.ts';
import { Turn } from '../hot/turn.ts';
import type { TokenKind } from './model.ts';

/** One thing to end: a token by its id, the tokens of a kind under a grant, or a grant itself. */
export type Ending =
  | { realmId: RealmId; token: { kind: TokenKind; id: Buffer } }
  | { realmId: RealmId; family: { grantId: string; kind: TokenKind } }
  | { realmId: RealmId; grant: string };

/**
 * The grants are locked first: revocations of one family queue there, in the order of their keys, instead of meeting
 * crosswise among its tokens. A token that is being written under a grant at this moment outlives the statement and is
 * refused all the same, because its grant is gone.
 */
const revoke: HotStatement = {
  name: 'oidc_revoke',
  text: `with family as (
      select * from unnest($1::uuid[], $2::text[], $3::oidc_token_kind[]) as n(realm_id, grant_id, kind)
    ), locked as materialized (
      select g.realm_id, g.id from oidc_grant g
      where (g.realm_id, g.id) in (
        select realm_id, grant_id from family
        union select realm_id, id from unnest($7::uuid[], $8::text[]) as n(realm_id, id)
      )
      order by g.realm_id, g.id for update
    ), tokens as (
      update oidc_token t set destroyed_at = now(), payload = null, user_code = null
      from unnest($4::uuid[], $5::oidc_token_kind[], $6::bytea[]) as n(realm_id, kind, id)
      where t.realm_id = n.realm_id and t.kind = n.kind and t.id = n.id and t.destroyed_at is null
        and (select count(*) from locked) >= 0
        and not exists (select from family f
          where f.realm_id = t.realm_id and f.grant_id = t.grant_id and f.kind = t.kind)
    ), families as (
      update oidc_token t set destroyed_at = now(), payload = null, user_code = null
      from family f
      where t.realm_id = f.realm_id and t.grant_id = f.grant_id and t.kind = f.kind and t.destroyed_at is null
        and (select count(*) from locked) >= 0
    )
    update oidc_grant g set destroyed_at = now(), payload = null
    from unnest($7::uuid[], $8::text[]) as n(realm_id, id)
    where g.realm_id = n.realm_id and g.id = n.id and g.destroyed_at is null
      and (select count(*) from locked) >= 0`,
};

/** Endings take effect at once, on disk, and never wait for the end of a request. */
export class Revocation {
  readonly #hot: HotPath;
  readonly #endings: Turn<Ending, undefined>;

  constructor(hot: HotPath) {
    this.#hot = hot;
    // oidc-provider revokes a grant kind by kind, all in one turn (its helpers/revoke.js): that is one statement here.
    this.#endings = new Turn((endings) => this.#end(endings));
  }

  end(ending: Ending): Promise<undefined> {
    return this.#endings.ask(ending);
  }

  async #end(endings: Ending[]): Promise<undefined[]> {
    const tokens = endings.flatMap((ending) =>
      'token' in ending ? [{ realmId: ending.realmId, ...ending.token }] : [],
    );
    const families = endings.flatMap((one) => ('family' in one ? [{ realmId: one.realmId, ...one.family }] : []));
    const grants = endings.flatMap((ending) => ('grant' in ending ? [ending] : []));
    await this.#hot.durable(revoke, [
      families.map((family) => family.realmId),
      families.map((family) => family.grantId),
      families.map((family) => family.kind),
      tokens.map((token) => token.realmId),
      tokens.map((token) => token.kind),
      tokens.map((token) => token.id),
      grants.map((grant) => grant.realmId),
      grants.map((grant) => grant.grant),
    ]);
    return endings.map(() => undefined);
  }
}

/** Ends grants with every token under them, in the transaction of the caller. */
export async function endFamilies(transaction: Queryable, realmId: RealmId, grantIds: string[]): Promise<void> {
  const values = [realmId, grantIds];
  await transaction.rows({
    name: 'oidc_families_lock',
    text: 'select from oidc_grant where realm_id = $1 and id = any($2::text[]) order by id for update',
    values,
  });
  await transaction.count({
    name: 'oidc_families_end_tokens',
    text: `update oidc_token set destroyed_at = now(), payload = null, user_code = null
           where realm_id = $1 and grant_id = any($2::text[]) and destroyed_at is null`,
    values,
  });
  await transaction.count({
    name: 'oidc_families_end',
    text: `update oidc_grant set destroyed_at = now(), payload = null
           where realm_id = $1 and id = any($2::text[]) and destroyed_at is null`,
    values,
  });
}
