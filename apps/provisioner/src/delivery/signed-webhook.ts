import { guardedRequest } from '@sparekey/http';
import { Webhook } from 'standardwebhooks';
import type { Outbound } from './delivery.ts';

export interface OutgoingWebhook {
  url: string;
  /** `whsec_…`; anything else counts as the key itself. */
  secret: string;
  /** The same at each attempt, so that the receiver can tell a repetition. */
  id: string;
  body: object;
}

/**
 * Posts JSON signed in the Standard Webhooks format (webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA-256 over
 * all three). Signed at each attempt, so that a late one is not an expired one. Rejects unless answered 2xx.
 */
export async function signedWebhook({ url, secret, id, body }: OutgoingWebhook, outbound: Outbound): Promise<void> {
  const payload = JSON.stringify(body);
  const now = new Date();
  const webhook = secret.startsWith('whsec_')
    ? new Webhook(secret)
    : new Webhook(Buffer.from(secret), { format: 'raw' });
  const { status } = await guardedRequest(url, {
    ...outbound,
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, now, payload),
    },
    body: payload,
    maxBytes: 16 * 1024,
  });
  if (status < 200 || status > 299) throw new Error(`webhook answered ${status}`);
}
