import type { Logger } from '@sparekey/http';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import type { Delivery } from './backchannel-logout.ts';
import { nextAttempt } from './backoff.ts';

/** Taken at once; each has its own connection to a receiver, so a slow one holds up its batch only. */
const BATCH = 20;

export interface OutboxWorkerParts {
  storage: Storage;
  logger: Logger;
  deliver(message: ClaimedMessage): Promise<Delivery>;
  /** Told once per attempt. */
  onOutcome?: (outcome: Delivery | 'failed' | 'given_up') => void;
  random?: () => number;
}

/**
 * Delivers what is due, until nothing is or `signal` says stop; returns how many messages were handled. At least once: a
 * worker that dies after the receiver answered leaves the message to be sent again. Safe beside other workers.
 */
export async function drainOutbox(parts: OutboxWorkerParts, signal: AbortSignal): Promise<number> {
  let handled = 0;
  while (!signal.aborted) {
    const messages = await parts.storage.outboxQueue.claim(BATCH);
    await Promise.all(messages.map((message) => handle(message, parts)));
    handled += messages.length;
    if (messages.length < BATCH) break;
  }
  return handled;
}

async function handle(message: ClaimedMessage, parts: OutboxWorkerParts): Promise<void> {
  const { storage, logger, onOutcome, random = Math.random } = parts;
  const about = { outboxId: message.id, kind: message.kind, attempts: message.attempts };
  let outcome: Delivery;
  try {
    outcome = await parts.deliver(message);
  } catch (err) {
    const next = nextAttempt(message, new Date(), random());
    const reason = err instanceof Error ? err.message : String(err);
    await storage.outboxQueue.failed(message, reason, next);
    if (next === 'dead') await tellAudit(message, storage, 'backchannel_logout.given_up', reason);
    logger.warn(
      { ...about, err, next },
      next === 'dead' ? 'message given up' : 'message not delivered, tried again later',
    );
    onOutcome?.(next === 'dead' ? 'given_up' : 'failed');
    return;
  }
  await storage.outboxQueue.delivered(message);
  if (outcome === 'delivered') await tellAudit(message, storage, 'backchannel_logout.delivered');
  onOutcome?.(outcome);
}

async function tellAudit(
  message: ClaimedMessage,
  storage: Storage,
  type: 'backchannel_logout.delivered' | 'backchannel_logout.given_up',
  reason?: string,
): Promise<void> {
  const { clientId } = message.payload;
  await storage.stores.audit.append({
    type,
    realmId: message.realmId,
    actor: { kind: 'system' },
    outcome: type === 'backchannel_logout.delivered' ? 'success' : 'failure',
    ...(typeof clientId === 'string' ? { clientId } : {}),
    ...(reason === undefined ? {} : { reason: reason.slice(0, 200) }),
    detail: { attempts: message.attempts },
  });
}
