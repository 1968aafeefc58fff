import type { RealmId } from '@sparekey/contracts';
import type { SigningKey, SigningKeyRepository } from '@sparekey/realms';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';

type SigningKeyRow = Omit<SigningKey, 'privateJwk'> & { sealed: Buffer };

const order = ['published', 'active', 'retiring', 'retired'] as const;

function place(realmId: RealmId, kid: string): SealedPlace {
  return { table: 'signing_key', realmId, row: kid, purpose: 'signing_key' };
}

export function signingKeyRepository(db: Queryable, keyring: Keyring): SigningKeyRepository {
  return {
    async list(realmId) {
      const rows = await db.rows<SigningKeyRow>({
        name: 'signing_key_list',
        text: `select kid, realm_id as "realmId", alg, state, private_jwk_sealed as sealed, created_at as "createdAt",
                 state_changed_at as "stateChangedAt"
               from signing_key where realm_id = $1 order by created_at, kid`,
        values: [realmId],
      });
      return rows.map(({ sealed, ...key }) => ({
        ...key,
        privateJwk: JSON.parse(keyring.open(sealed, place(realmId, key.kid)).toString()),
      }));
    },
    /** Errors: `conflict` when the kid is taken, or a second key of one algorithm would be active. */
    async add(key) {
      await db.count({
        name: 'signing_key_add',
        text: `insert into signing_key (realm_id, kid, alg, state, private_jwk_sealed) values ($1, $2, $3, $4, $5)`,
        values: [
          key.realmId,
          key.kid,
          key.alg,
          key.state,
          keyring.seal(Buffer.from(json(key.privateJwk)), place(key.realmId, key.kid)),
        ],
      });
    },
    /** Guarded by `state = from`: of two that move one key, one gets true. Errors: `conflict` as in `add`. */
    async move(realmId, kid, from, to) {
      if (order.indexOf(to) <= order.indexOf(from)) throw new Error(`A signing key never moves from ${from} to ${to}`);
      const moved = await db.count({
        name: 'signing_key_move',
        text: `update signing_key set state = $4, state_changed_at = now()
               where realm_id = $1 and kid = $2 and state = $3`,
        values: [realmId, kid, from, to],
      });
      return moved === 1;
    },
  };
}
