import { guardedRequest } from '@sparekey/http';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { z } from 'zod';
import type { Delivery, Outbound } from './delivery.ts';
import { logoutToken } from './logout-token.ts';

/** As the end of a session writes it. */
const payloadSchema = z.object({ clientId: z.string(), sub: z.string(), sid: z.string().nullish() });

export interface LogoutDeliveryParts {
  storage: Storage;
  /** Public base URL of the provider, without a slash at its end. */
  publicUrl: string;
  outbound: Outbound;
}

/**
 * Tells one application that a session ended (OIDC Back-Channel Logout 1.0 §2.5). The token is made at each attempt, so
 * that a late one is not an expired one. Rejects unless the application answers 200 or 204.
 */
export async function deliverLogout(message: ClaimedMessage, parts: LogoutDeliveryParts): Promise<Delivery> {
  const { realms, clients, signingKeys } = parts.storage.stores;
  const { clientId, sub, sid } = payloadSchema.parse(message.payload);
  const [realm, client] = await Promise.all([
    realms.byId(message.realmId),
    clients.byClientId(message.realmId, clientId),
  ]);
  if (realm === undefined || client?.backchannelLogoutUrl === undefined) return 'not_needed';
  const issuer = `${parts.publicUrl}/realms/${realm.name}`;
  const keys = await signingKeys.list(realm.id);
  const token = await logoutToken({ issuer, client, session: { sub, sid: sid ?? undefined } }, keys, new Date());
  const { status } = await guardedRequest(client.backchannelLogoutUrl, {
    ...parts.outbound,
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
    maxBytes: 16 * 1024,
  });
  if (status !== 200 && status !== 204) throw new Error(`${clientId} answered ${status}`);
  return 'delivered';
}
