import { maskPhone } from '@sparekey/messages';
import { createSentCodeFactor, type SentCodeDependencies, type SentCodeFactor } from '../sent-code/sent-code.ts';

/** A code by text message, to a verified number. A restricted factor (SP 800-63B-4 §3.2.9): off unless a realm allows it. */
export function createSmsFactor(dependencies: SentCodeDependencies): SentCodeFactor {
  return createSentCodeFactor(
    {
      kind: 'sms',
      digits: 6,
      input: 'sms_code',
      amr: ['sms', 'otp'],
      async label({ contacts }, realmId, userId) {
        const { current, before } = (await contacts.of(realmId, userId)).sms;
        const number = (current ?? before[0])?.address;
        return number === undefined ? undefined : maskPhone(number);
      },
    },
    dependencies,
  );
}

/** E.164 of a number as people write it; undefined for what is none. */
export function e164(number: string): string | undefined {
  const plain = number.replace(/[\s().-]/g, '').replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : undefined;
}
