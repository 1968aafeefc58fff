import { guardedRequest } from '@sparekey/http';
import type { WebhookReceiver } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import { Webhook } from 'standardwebhooks';
import type { Outbound } from './delivery.ts';

export interface OutgoingWebhook {
  url: string;
  /** `whsec_…`; anything else counts as the key itself. More than one while a secret is being replaced. */
  secrets: readonly string[];
  /** The same at each attempt, so that the receiver can tell a repetition. */
  id: string;
  body: object;
}

/**
 * Posts JSON signed in the Standard Webhooks format (webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA-256 over
 * all three), once with each secret. Signed at each attempt, so that a late one is not an expired one. Rejects unless
 * answered 2xx.
 */
export async function signedWebhook({ url, secrets, id, body }: OutgoingWebhook, outbound: Outbound): Promise<void> {
  const payload = JSON.stringify(body);
  const now = new Date();
  const { status } = await guardedRequest(url, {
    ...outbound,
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => signerOf(secret).sign(id, now, payload)).join(' '),
    },
    body: payload,
    maxBytes: 16 * 1024,
  });
  if (status < 200 || status > 299) throw new Error(`webhook answered ${status}`);
}

const signerOf = (secret: string): Webhook =>
  secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(Buffer.from(secret), { format: 'raw' });

/** The secrets that sign for a receiver now: those that replaced the one of the settings, or that one. */
export async function signingSecrets(
  { webhookSecrets }: Pick<Stores, 'webhookSecrets'>,
  receiver: WebhookReceiver,
  configured: string,
): Promise<string[]> {
  const live = await webhookSecrets.live(receiver);
  return live.length === 0 ? [configured] : live.map(({ secret }) => secret);
}
