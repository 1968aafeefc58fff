import type { Logger } from '@sparekey/http';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { nextAttempt } from './backoff.ts';
import { type Delivery, Undeliverable } from './delivery.ts';

/** Taken at once; each has its own connection to a receiver, so a slow one holds up its batch only. */
const BATCH = 20;

export interface OutboxWorkerParts {
  storage: Storage;
  logger: Logger;
  /** Only these; all when absent. Kinds with a worker each do not wait for each other's slow receivers. */
  kinds?: readonly ClaimedMessage['kind'][];
  deliver(message: ClaimedMessage): Promise<Delivery>;
  /** Told once per attempt. */
  onOutcome?: (outcome: Delivery | 'failed' | 'given_up', kind: ClaimedMessage['kind']) => void;
  random?: () => number;
}

/**
 * Delivers what is due, until nothing is or `signal` says stop; returns how many messages were handled. At least once: a
 * worker that dies after the receiver answered leaves the message to be sent again. Safe beside other workers.
 */
export async function drainOutbox(parts: OutboxWorkerParts, signal: AbortSignal): Promise<number> {
  let handled = 0;
  while (!signal.aborted) {
    const messages = await parts.storage.outboxQueue.claim(BATCH, parts.kinds);
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
    const next = err instanceof Undeliverable ? 'dead' : nextAttempt(message, new Date(), random());
    const reason = err instanceof Error ? err.message : String(err);
    await storage.outboxQueue.failed(message, reason, next);
    if (next === 'dead') await tellAudit(message, storage, 'given_up', reason);
    logger.warn(
      { ...about, err, next },
      next === 'dead' ? 'message given up' : 'message not delivered, tried again later',
    );
    onOutcome?.(next === 'dead' ? 'given_up' : 'failed', message.kind);
    return;
  }
  await storage.outboxQueue.delivered(message);
  if (outcome === 'delivered') await tellAudit(message, storage, 'delivered');
  onOutcome?.(outcome, message.kind);
}

/** Every logout is on record; of what is sent to people, whose cause is on record, only what was given up. */
async function tellAudit(
  message: ClaimedMessage,
  storage: Storage,
  end: 'delivered' | 'given_up',
  reason?: string,
): Promise<void> {
  const { realmId, kind, attempts, payload } = message;
  const event = {
    realmId,
    actor: { kind: 'system' },
    outcome: end === 'delivered' ? 'success' : 'failure',
    ...(reason === undefined ? {} : { reason: reason.slice(0, 200) }),
  } as const;
  if (kind === 'backchannel_logout') {
    const { clientId } = payload;
    const client = typeof clientId === 'string' ? { clientId } : {};
    await storage.stores.audit.append({ ...event, ...client, type: `backchannel_logout.${end}`, detail: { attempts } });
  } else if (end === 'given_up') {
    const letter = typeof payload.letter === 'string' ? payload.letter : '';
    await storage.stores.audit.append({ ...event, type: 'message.given_up', detail: { kind, letter, attempts } });
  }
}
