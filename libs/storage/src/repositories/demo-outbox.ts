import type { RealmId } from '@sparekey/contracts';
import type { Queryable } from '../database/queryable.ts';

export interface DemoMessage {
  id: string;
  kind: 'mail' | 'sms';
  recipient: string;
  subject: string;
  body: string;
  createdAt: Date;
}

/** Messages that a demo shows in place of sending: readable, for a day. Only a demo without a mail server writes here. */
export interface DemoOutbox {
  add(realmId: RealmId, message: Omit<DemoMessage, 'id' | 'createdAt'>): Promise<void>;
  /** Newest first. */
  list(realmId: RealmId, limit: number): Promise<DemoMessage[]>;
}

export function demoOutbox(db: Queryable): DemoOutbox {
  return {
    async add(realmId, { kind, recipient, subject, body }) {
      await db.count({
        name: 'demo_outbox_add',
        text: 'insert into demo_message (realm_id, kind, recipient, subject, body) values ($1, $2, $3, $4, $5)',
        values: [realmId, kind, recipient, subject, body],
      });
    },
    list: (realmId, limit) =>
      db.rows<DemoMessage>({
        name: 'demo_outbox_list',
        text: `select id, kind, recipient, subject, body, created_at as "createdAt" from demo_message
               where realm_id = $1 order by id desc limit $2`,
        values: [realmId, limit],
      }),
  };
}
