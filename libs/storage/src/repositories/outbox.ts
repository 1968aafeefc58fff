import type { Outbox } from '@sparekey/realms';
import { json } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';

export function outboxPlace(realmId: string, id: string): SealedPlace {
  return { table: 'outbox', realmId, row: id, purpose: 'outbox_message' };
}

export function outbox(db: Queryable, keyring: Keyring): Outbox {
  return {
    async add({ realmId, kind, payload, secret }) {
      const id = newId<string>();
      const sealed = secret && keyring.seal(Buffer.from(json(secret)), outboxPlace(realmId, id));
      await db.count({
        name: 'outbox_add',
        text: 'insert into outbox (realm_id, id, kind, payload, sealed) values ($1, $2, $3, $4, $5)',
        values: [realmId, id, kind, json(payload), sealed],
      });
    },
  };
}
