import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  to: string;
  subject: string;
  /** The text part. */
  text: string;
}

/** A mail server that keeps what it gets. */
export interface Mailbox {
  smtpUrl: string;
  received: ReceivedMail[];
  /** The next mail to this address that was not taken yet; waits for it, 10 s at most. */
  next(to: string): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const received: ReceivedMail[] = [];
  const taken = new Set<ReceivedMail>();
  let arrived = Promise.withResolvers<void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks).toString();
        for (const { address } of envelope.rcptTo) received.push({ to: address, ...read(source) });
        callback();
        arrived.resolve();
        arrived = Promise.withResolvers();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    smtpUrl: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    async next(to) {
      const late = AbortSignal.timeout(10_000);
      for (;;) {
        const found = received.find((mail) => mail.to === to && !taken.has(mail));
        if (found !== undefined) {
          taken.add(found);
          return found;
        }
        const gaveUp = new Promise<never>((_, reject) => {
          late.onabort = () => reject(new Error(`no mail to ${to} within 10 s`));
        });
        await Promise.race([arrived.promise, gaveUp]);
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Subject and text of a mail with a text part in base64 or quoted-printable. */
function read(source: string): { subject: string; text: string } {
  const at = source.indexOf('Content-Type: text/plain');
  const begin = source.indexOf('\r\n\r\n', at) + 4;
  const body = source.slice(begin, source.indexOf('\r\n----_', begin));
  const bytes = /base64/i.test(source.slice(at, begin))
    ? Buffer.from(body, 'base64')
    : Buffer.from(
        body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      );
  return { subject: /^Subject: (.*)$/m.exec(source)?.[1]?.trim() ?? '', text: bytes.toString() };
}
