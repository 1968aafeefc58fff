import type { ClaimedMessage } from '@sparekey/storage';
import type { Delivery, Outbound } from './delivery.ts';
import { signedWebhook } from './signed-webhook.ts';

/** Tells the operator's endpoint of a notice; without one there is nobody to tell. */
export async function deliverWebhook(
  message: ClaimedMessage,
  { endpoint, outbound }: { endpoint: { url: string; secret: string } | undefined; outbound: Outbound },
): Promise<Delivery> {
  if (endpoint === undefined) return 'not_needed';
  await signedWebhook({ ...endpoint, id: message.id, body: message.payload }, outbound);
  return 'delivered';
}
