import { maskEmail } from '@sparekey/messages';
import { createSentCodeFactor, type SentCodeDependencies, type SentCodeFactor } from '../sent-code/sent-code.ts';

/**
 * A code by mail, to a verified address. Eight digits, as a mailbox is read at leisure and from anywhere; it shows no
 * possession of a device, so it is offered after what does.
 */
export function createEmailFactor(dependencies: SentCodeDependencies): SentCodeFactor {
  return createSentCodeFactor(
    {
      kind: 'email',
      digits: 8,
      input: 'email_code',
      amr: ['otp'],
      async label({ contacts }, realmId, userId) {
        const { current, before } = (await contacts.of(realmId, userId)).email;
        const email = (current ?? before[0])?.address;
        return email === undefined ? undefined : maskEmail(email);
      },
    },
    dependencies,
  );
}
