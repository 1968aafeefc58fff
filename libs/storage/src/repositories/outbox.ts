import type { Outbox } from '@sparekey/realms';
import { json } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

export function outbox(db: Queryable): Outbox {
  return {
    async add(message) {
      await db.count({
        name: 'outbox_add',
        text: 'insert into outbox (realm_id, kind, payload) values ($1, $2, $3)',
        values: [message.realmId, message.kind, json(message.payload)],
      });
    },
  };
}
