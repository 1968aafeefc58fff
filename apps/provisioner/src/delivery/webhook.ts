import type { ClaimedMessage, Storage } from '@sparekey/storage';
import type { Delivery, Outbound } from './delivery.ts';
import { signedWebhook, signingSecrets } from './signed-webhook.ts';

/** Tells the operator's endpoint of a notice; without one there is nobody to tell. */
export async function deliverWebhook(
  message: ClaimedMessage,
  {
    storage,
    endpoint,
    outbound,
  }: { storage: Storage; endpoint: { url: string; secret: string } | undefined; outbound: Outbound },
): Promise<Delivery> {
  if (endpoint === undefined) return 'not_needed';
  const { url, secret } = endpoint;
  const secrets = await signingSecrets(storage.stores, 'notices', secret);
  await signedWebhook({ url, secrets, id: message.id, body: message.payload }, outbound);
  return 'delivered';
}
