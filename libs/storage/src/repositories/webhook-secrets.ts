import { randomUUID } from 'node:crypto';
import { AppError } from '@sparekey/contracts';
import type { WebhookSecret, WebhookSecretStore } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';

interface SecretRow {
  id: string;
  sealed: Buffer;
  createdAt: Date;
  endsAt: Date | null;
}

/** Secrets of the deployment: they stand in no realm. */
const place = (id: string): SealedPlace => ({
  table: 'webhook_secret',
  realmId: '',
  row: id,
  purpose: 'webhook_secret',
});

export function webhookSecretStore(db: Queryable, keyring: Keyring): WebhookSecretStore {
  const toSecret = ({ id, sealed, createdAt, endsAt }: SecretRow): WebhookSecret => ({
    id,
    secret: keyring.open(sealed, place(id)).toString(),
    createdAt,
    ...(endsAt === null ? {} : { endsAt }),
  });
  return {
    async live(receiver) {
      const rows = await db.rows<SecretRow>({
        name: 'webhook_secret_live',
        text: `select id, secret_sealed as sealed, created_at as "createdAt", ends_at as "endsAt" from webhook_secret
               where receiver = $1 and (ends_at is null or ends_at > now()) order by ends_at desc nulls first`,
        values: [receiver],
      });
      return rows.map(toSecret);
    },

    /** Guarded by the row that was current; the first one by the index that allows one. Of two at once the second fails. */
    async replace(receiver, secret, { current, before, overlapHours }) {
      if (current !== undefined) {
        const ended = await db.count({
          name: 'webhook_secret_replaced',
          text: `update webhook_secret set ends_at = now() + make_interval(hours => $2)
                 where id = $1 and ends_at is null`,
          values: [current, overlapHours],
        });
        if (ended !== 1) throw new AppError('conflict', 'the secret was replaced by somebody else at this moment');
        await db.count({
          name: 'webhook_secret_end',
          text: 'delete from webhook_secret where receiver = $1 and ends_at is not null and id <> $2',
          values: [receiver, current],
        });
      }
      const add = async (text: string, last: boolean) => {
        const id = randomUUID();
        const row = await db.row<SecretRow>({
          name: 'webhook_secret_add',
          text: `insert into webhook_secret (id, receiver, secret_sealed, ends_at)
                 values ($1, $2, $3, case when $4 then now() + make_interval(hours => $5) end)
                 returning id, secret_sealed as sealed, created_at as "createdAt", ends_at as "endsAt"`,
          values: [id, receiver, keyring.seal(Buffer.from(text), place(id)), !last, overlapHours],
        });
        if (row === undefined) throw new AppError('internal', 'webhook_secret_add returned nothing');
        return toSecret(row);
      };
      if (current === undefined) await add(before, false);
      return add(secret, true);
    },
  };
}
