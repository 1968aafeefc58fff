import { createTransport } from 'nodemailer';
import { Undeliverable } from './delivery.ts';
import type { MailSender } from './mail.ts';

/** A mail server that does not answer for this long is down. */
const ANSWER_WITHIN_MS = 10_000;

/** Sends through the operator's mail server. */
export function smtpSender({ smtpUrl, from }: { smtpUrl: string; from: string }): MailSender {
  const transport = createTransport(
    {
      url: smtpUrl,
      connectionTimeout: ANSWER_WITHIN_MS,
      greetingTimeout: ANSWER_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      // A letter is text of ours: nothing in it may make the mailer read a file or fetch a URL.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  const host = /@([^\s>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, to, subject, text, html }) {
      try {
        await transport.sendMail({
          messageId: `<${id}@${host}>`,
          // As an object it is one address, whatever commas are in it.
          to: { name: '', address: to },
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw withoutAddresses(error);
      }
    },
    close: () => transport.close(),
  };
}

/** What a mail server says may repeat the address or the mail: only its code, and to what it was, are kept. */
function withoutAddresses(error: unknown): Error {
  const { responseCode, command, code } = error as { responseCode?: number; command?: string; code?: string };
  const text = `mail server: ${responseCode ?? code ?? 'no answer'} at ${command ?? 'connecting'}`;
  return responseCode !== undefined && responseCode >= 500 && command === 'RCPT TO'
    ? new Undeliverable(text)
    : new Error(text);
}
