import type { AuditTrail } from '@sparekey/audit';
import { AppError } from '@sparekey/contracts';
import type { Realm } from '../model.ts';
import type { WebhookReceiver, WebhookSecretStore } from './ports.ts';

/** 256 bits, as long as the output of the HMAC (Standard Webhooks asks for 24 to 64 bytes). */
const SECRET_BYTES = 32;

/** Longest overlap: a month is enough to find every receiver. */
export const MAX_OVERLAP_HOURS = 24 * 30;

export interface WebhookRotation {
  receiver: WebhookReceiver;
  /** The secret of the settings, as long as it was never replaced. */
  configured: string | undefined;
  overlapHours: number;
  operator: string;
}

/**
 * Makes a new secret, which is returned here and never again. For `overlapHours` every webhook bears both signatures, so
 * that a receiver that knows either accepts it; then the one before ends by itself. Recorded in realm `master`, without
 * either. In the caller's transaction. Errors: `not_found` when nothing is signed for this receiver; `conflict` while the
 * overlap of the rotation before runs, unless this one has none, and when somebody else rotates at this moment.
 */
export async function rotateWebhookSecret(
  { webhookSecrets, audit }: { webhookSecrets: WebhookSecretStore; audit: AuditTrail },
  master: Realm,
  { receiver, configured, overlapHours, operator }: WebhookRotation,
  random: (count: number) => Buffer,
): Promise<{ id: string; secret: string; beforeEndsAt: Date }> {
  const [current, leaving] = await webhookSecrets.live(receiver);
  // A third one would end the first, which receivers may still know alone.
  if (leaving !== undefined && overlapHours > 0) {
    const until = leaving.endsAt?.toISOString();
    throw new AppError(
      'conflict',
      `The secret before signs until ${until}; only a rotation without overlap ends it now`,
    );
  }
  const before = current?.secret ?? configured;
  if (before === undefined) throw new AppError('not_found', `No webhook is set up for ${receiver}`);
  const secret = `whsec_${random(SECRET_BYTES).toString('base64')}`;
  const { id, createdAt } = await webhookSecrets.replace(receiver, secret, {
    current: current?.id,
    before,
    overlapHours,
  });
  const beforeEndsAt = new Date(createdAt.getTime() + overlapHours * 3_600_000);
  await audit.append({
    type: 'webhook_secret.rotated',
    realmId: master.id,
    actor: { kind: 'operator', name: operator },
    outcome: 'success',
    detail: { receiver, id, beforeEndsAt: beforeEndsAt.toISOString() },
  });
  return { id, secret, beforeEndsAt };
}
