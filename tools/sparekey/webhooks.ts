import type { Settings } from '@sparekey/config';
import type { WebhookReceiver } from '@sparekey/realms';

/** The secret that the settings give for a receiver; undefined where no webhook goes there. */
export function configuredSecret({ webhook, sms }: Settings, receiver: WebhookReceiver): string | undefined {
  if (receiver === 'notices') return webhook?.secret;
  return sms?.gateway === 'webhook' ? sms.secret : undefined;
}
