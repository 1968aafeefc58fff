import { createHmac } from 'node:crypto';
import type { RealmId } from '@sparekey/contracts';
import type { SentCodeKind } from '@sparekey/factors';
import { networkOf } from '@sparekey/http';
import type { Policy } from '@sparekey/policy';
import type { Realm } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import type { Services } from '../services.ts';

const HOUR = 3600;
const DAY = 86_400;

/** Enough was sent: thrown to roll back the transaction that was about to send. */
export class Limited extends Error {}

/** One code that is about to be sent: for whom it counts, where to, and who asked. */
export interface Sent {
  kind: SentCodeKind;
  /** A person's id, or the name that nobody has. */
  who: string;
  target: string;
  ip: string;
}

/**
 * Counts it under every limit of the realm. The narrow limits first, so that who is stopped by them cannot use up those
 * that others share. Errors: `Limited`.
 */
export async function takeSendLimits(
  { limitKey }: Pick<Services, 'limitKey'>,
  stores: Pick<Stores, 'sendLimits'>,
  { id, policy }: Pick<Realm, 'id' | 'policy'>,
  { kind, who, target, ip }: Sent,
): Promise<void> {
  const digest = (what: string, value: string) =>
    `${kind}:${what}:${createHmac('sha256', limitKey).update(`${id}\0${value}`).digest('hex')}`;
  const [perTarget, window] =
    kind === 'email' ? ([policy.messages.mailsPerHour, HOUR] as const) : ([policy.messages.smsPerDay, DAY] as const);
  const limits: [string, number, number][] = [
    [digest('person', who), perTarget, window],
    [digest('address', target), perTarget, window],
    [digest('network', networkOf(ip)), policy.messages.codesPerNetworkPerHour, HOUR],
    ...(kind === 'sms' ? shared(policy, digest('prefix', target.slice(0, -4))) : []),
  ];
  for (const [key, limit, seconds] of limits) await take(stores, id, key, limit, seconds);
}

/** Toll fraud spreads over many numbers of one range: what ranges and the realm get in a day is bounded as well. */
function shared({ messages }: Policy, prefix: string): [string, number, number][] {
  return [
    [prefix, messages.smsPerPrefixPerDay, DAY],
    ['sms:realm', messages.smsPerRealmPerDay, DAY],
  ];
}

async function take(
  { sendLimits }: Pick<Stores, 'sendLimits'>,
  realmId: RealmId,
  key: string,
  limit: number,
  seconds: number,
): Promise<void> {
  if (!(await sendLimits.take(realmId, key, limit, seconds))) throw new Limited();
}
