import type { AddressInfo } from 'node:net';

export interface ReceivedMail {
  to: string;
  subject: string;
  /** The text part, and the HTML part. */
  text: string;
  html: string;
}

/** A mail server that keeps what it gets. */
export interface Mailbox {
  smtpUrl: string;
  received: ReceivedMail[];
  /** The next mail to this address, on this subject, that was not taken yet; waits for it, 30 s at most. */
  next(to: string, subject?: RegExp): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const { SMTPServer } = await import('smtp-server');
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
    async next(to, about = /^/) {
      const late = AbortSignal.timeout(30_000);
      for (;;) {
        const found = received.find((mail) => mail.to === to && about.test(mail.subject) && !taken.has(mail));
        if (found !== undefined) {
          taken.add(found);
          return found;
        }
        const gaveUp = new Promise<never>((_, reject) => {
          const came = received.map((mail) => `${mail.to}: ${mail.subject}`).join('\n');
          late.onabort = () => reject(new Error(`no mail ${about} to ${to} within 30 s; what came:\n${came}`));
        });
        await Promise.race([arrived.promise, gaveUp]);
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function read(source: string): Omit<ReceivedMail, 'to'> {
  const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(source)?.[1] ?? '';
  return { subject: decodeWords(subject), text: part(source, 'text/plain'), html: part(source, 'text/html') };
}

/** A part in base64 or quoted-printable (RFC 2045 §6). */
function part(source: string, type: string): string {
  const at = source.indexOf(`Content-Type: ${type}`);
  const begin = source.indexOf('\r\n\r\n', at) + 4;
  const body = source.slice(begin, source.indexOf('\r\n----_', begin));
  const bytes = /base64/i.test(source.slice(at, begin))
    ? Buffer.from(body, 'base64')
    : unquoted(body.replace(/=\r\n/g, ''));
  return bytes.toString();
}

const unquoted = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** Encoded words of a header (RFC 2047), which may be folded. */
function decodeWords(header: string): string {
  return header
    .replace(/\r\n[ \t]/g, ' ')
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      (how.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : unquoted(text.replaceAll('_', ' '))).toString(),
    )
    .trim();
}
