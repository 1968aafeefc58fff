import { guardedRequest, type Logger, type Metrics } from '@sparekey/http';
import {
  isOfKind,
  type ScimConnection,
  type ScimSecurityEvent,
  scimEndpointOf,
  scimEventToken,
} from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import { nextAttempt } from '../delivery/backoff.ts';
import type { Outbound } from '../delivery/delivery.ts';
import type { Job } from '../jobs/schedule.ts';

const BATCH = 50;
/** Longer than an attempt may take, so that only a worker that died loses its events to another. */
const LEASE_SECONDS = 60;
/** Events that nobody fetched or took are given up then (RFC 8936 leaves the time to the transmitter). */
const KEPT_DAYS = 28;

export interface PushParts {
  storage: Storage;
  logger: Logger;
  metrics: Pick<Metrics, 'delivery'>;
  publicUrl: string;
  outbound: Outbound;
}

type Claimed = Awaited<ReturnType<Storage['stores']['scimSecurityEvents']['claim']>>[number];

/** Pushes one token (RFC 8935 §2). Rejects unless the receiver took it, or said that it never will. */
async function push(parts: PushParts, connection: ScimConnection<'server'>, event: ScimSecurityEvent): Promise<void> {
  const { stores } = parts.storage;
  const realm = await stores.realms.byId(connection.realmId);
  const { endpoint, audience } = connection.settings.events;
  if (realm === undefined || endpoint === undefined) return;
  const issuer = `${parts.publicUrl}/realms/${realm.name}`;
  const secret = await stores.scimConnections.secret(connection.realmId, connection.id);
  const token = await scimEventToken(
    event,
    { issuer, audience: audience ?? endpoint, endpoint: scimEndpointOf(connection, event.resourceType) },
    await stores.signingKeys.list(connection.realmId),
  );
  const { status, body } = await guardedRequest(endpoint, {
    ...parts.outbound,
    method: 'POST',
    headers: {
      'Content-Type': 'application/secevent+jwt',
      Accept: 'application/json',
      ...(secret === undefined ? {} : { Authorization: `Bearer ${secret}` }),
    },
    body: token,
    maxBytes: 16 * 1024,
  });
  if (status === 202 || status === 200) return;
  // 400 names what is wrong with the token (RFC 8935 §2.3): sending it again would be refused again.
  if (status === 400)
    parts.logger.warn(
      { connection: connection.name, event: event.id, answer: body.length },
      'receiver refused a security event',
    );
  else throw new Error(`the receiver answered ${status}`);
}

async function deliver(parts: PushParts, event: Claimed): Promise<void> {
  const { scimConnections, scimSecurityEvents } = parts.storage.stores;
  const { realmId, connectionId, id } = event;
  const outcome = (name: string) => parts.metrics.delivery({ kind: 'scim_event', outcome: name });
  try {
    const connection = await scimConnections.byId(realmId, connectionId);
    if (connection !== undefined && isOfKind(connection, 'server')) await push(parts, connection, event);
    await scimSecurityEvents.acknowledge(realmId, connectionId, [id]);
    outcome('delivered');
  } catch (error) {
    const next = nextAttempt(event, new Date(), Math.random());
    const later = next === 'dead' ? new Date(Date.now() + 6 * 3_600_000) : next;
    await scimSecurityEvents.failed(realmId, id, (error as Error).message, later);
    outcome('failed');
  }
}

/** Tells receivers of changes, in their order as far as none fails; several workers share the work. */
export function pushEventsJobs(parts: PushParts): Job[] {
  const { scimSecurityEvents } = parts.storage.stores;
  return [
    {
      name: 'push scim events',
      everySeconds: 1,
      async run(signal) {
        for (;;) {
          const claimed = await scimSecurityEvents.claim({ limit: BATCH, seconds: LEASE_SECONDS });
          for (const event of claimed) {
            if (signal.aborted) return;
            await deliver(parts, event);
          }
          if (claimed.length < BATCH) return;
        }
      },
    },
    { name: 'expire scim events', everySeconds: 3600, run: () => scimSecurityEvents.expire(KEPT_DAYS) },
  ];
}
