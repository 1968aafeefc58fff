import type { Settings } from '@sparekey/config';

/** Which messages can leave this deployment: what cannot be sent is not offered, or it would lock people out. */
export interface Messaging {
  mail: boolean;
  sms: boolean;
  /** Messages are shown at /realms/{realm}/demo-outbox in place of being sent: only ever in a demo without a mail server. */
  demoOutbox: boolean;
}

export function messagingOf({ mail, sms, demo }: Pick<Settings, 'mail' | 'sms' | 'demo'>): Messaging {
  const demoOutbox = demo && mail === undefined;
  return { mail: mail !== undefined || demoOutbox, sms: sms !== undefined || demoOutbox, demoOutbox };
}
