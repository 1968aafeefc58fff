import type { GuardedRequestOptions } from '@sparekey/http';

/** What became of a message: told, or there was nobody to tell (any more). */
export type Delivery = 'delivered' | 'not_needed';

/** How far requests may reach, beyond public addresses. */
export type Outbound = Pick<GuardedRequestOptions, 'allow' | 'resolve' | 'timeoutMs'>;

/** Trying again would change nothing: the message is given up at once. The text names no address and no content. */
export class Undeliverable extends Error {}

/** Whether a message that is useless after its time is too late now. */
export function isLate(goodUntil: string | undefined, now: Date): boolean {
  return goodUntil !== undefined && Date.parse(goodUntil) <= now.getTime();
}
