/** Who gets webhooks that are signed with a secret: the endpoint of the notices, and the gateway of text messages. */
export const webhookReceivers = ['notices', 'sms'] as const;
export type WebhookReceiver = (typeof webhookReceivers)[number];

export interface WebhookSecret {
  id: string;
  /** `whsec_…`, or the key itself. */
  secret: string;
  createdAt: Date;
  /** Until when it still signs beside the current one; undefined for that one. */
  endsAt?: Date;
}

export interface WebhookSecretStore {
  /** Those that sign now, the current one first; none as long as the settings' own was never replaced. */
  live(receiver: WebhookReceiver): Promise<WebhookSecret[]>;
  /**
   * Makes `secret` the current one. `before`, which was it (by the id `current`, or without one that of the settings),
   * signs on for `overlapHours`; what was replaced earlier ends. In the caller's transaction. Errors: `conflict` when
   * somebody else replaced it meanwhile.
   */
  replace(
    receiver: WebhookReceiver,
    secret: string,
    options: { current: string | undefined; before: string; overlapHours: number },
  ): Promise<WebhookSecret>;
}
