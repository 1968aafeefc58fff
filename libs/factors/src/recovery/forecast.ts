import type { OrganizationId, UserId } from '@sparekey/contracts';
import type { Policy } from '@sparekey/policy';
import { e164 } from '../sms/sms.ts';

/** A person with a device and without a backup code that works. */
export interface Exposed {
  userId: UserId;
  username: string;
  email: string | null;
  /** What they set up beside the password, of any kind. */
  devices: { kind: string; label: string }[];
  /** Codes by mail reach them. */
  byMail: boolean;
  /** Numbers that codes may go to. */
  numbers: string[];
  /** Why no backup code would help. */
  codes: 'none' | 'used_up' | 'expired';
  /** Organizations that decide something of their policy. */
  organizations: OrganizationId[];
}

/**
 * The one device whose loss would lock the person out, under the policy they are under; undefined when there is another
 * way in. Only kinds that the policy allows count: what it no longer allows cannot be replaced. A code that it sends to a
 * verified address or number is a way in beside the device.
 */
export function soleDevice(
  { devices, byMail, numbers }: Exposed,
  { secondFactor, messages }: Pick<Policy, 'secondFactor' | 'messages'>,
): { kind: string; label: string } | undefined {
  const allowed: readonly string[] = secondFactor.allowed;
  const [device, ...others] = devices.filter(({ kind }) => allowed.includes(kind));
  if (device === undefined || others.length > 0) return undefined;
  if (byMail && allowed.includes('email')) return undefined;
  const isOpen = (number: string) => messages.smsCountries.some((code) => e164(number)?.startsWith(`+${code}`));
  return allowed.includes('sms') && numbers.some(isOpen) ? undefined : device;
}
