import type { Settings } from '@sparekey/config';
import type { Logger, Metrics } from '@sparekey/http';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import type { Job } from '../jobs/schedule.ts';
import { deliverLogout } from './backchannel-logout.ts';
import type { Delivery } from './delivery.ts';
import { deliverMail } from './mail.ts';
import { drainOutbox } from './outbox-worker.ts';
import { answerResetRequest } from './password-reset-request.ts';
import { deliverSms, smsSender } from './sms.ts';
import { smtpSender } from './smtp.ts';
import { deliverWebhook } from './webhook.ts';

/** Seconds after which a message that was written is looked for: a person waits for a code. */
const LOOK_EVERY_SECONDS = 0.5;

export interface OutboxParts {
  storage: Storage;
  logger: Logger;
  metrics: Pick<Metrics, 'delivery'>;
  settings: Pick<Settings, 'url' | 'outboundAllow' | 'mail' | 'sms' | 'webhook' | 'demo'>;
}

/** One job for each kind of message, so that a receiver that is down holds up nobody else's. */
export function outboxJobs({ storage, logger, metrics, settings }: OutboxParts): { jobs: Job[]; close(): void } {
  const outbound = { allow: settings.outboundAllow };
  const mailer = settings.mail && smtpSender(settings.mail);
  const gateway = settings.sms && smsSender(settings.sms, { storage, outbound });
  // The demo shows only what it would otherwise lose: with a mail server its pages stay closed.
  const demo = settings.demo && mailer === undefined;
  const deliver: Record<ClaimedMessage['kind'], (message: ClaimedMessage) => Promise<Delivery>> = {
    mail: (message) => deliverMail(message, { storage, publicUrl: settings.url, sender: mailer, demo }),
    sms: (message) => deliverSms(message, { storage, publicUrl: settings.url, sender: gateway, demo }),
    webhook: (message) => deliverWebhook(message, { storage, endpoint: settings.webhook, outbound }),
    password_reset_request: (message) => answerResetRequest(message, { storage }),
    backchannel_logout: (message) => deliverLogout(message, { storage, publicUrl: settings.url, outbound }),
  };
  const jobs = Object.entries(deliver).map(([kind, deliverOne]): Job => {
    const parts = {
      storage,
      logger,
      kinds: [kind as ClaimedMessage['kind']],
      deliver: deliverOne,
      onOutcome: (outcome: string) => metrics.delivery({ kind, outcome }),
    };
    return { name: `deliver ${kind}`, everySeconds: LOOK_EVERY_SECONDS, run: (signal) => drainOutbox(parts, signal) };
  });
  return { jobs, close: () => mailer?.close() };
}
