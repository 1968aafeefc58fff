import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A gateway that keeps the text messages it is given, as a phone would. */
export interface TextGateway {
  url: string;
  /** The next message to this number that was not read yet; waits for it, 30 s at most. */
  next(to: string): Promise<string>;
  close(): Promise<void>;
}

export async function openTextGateway(): Promise<TextGateway> {
  const unread: { to: string; text: string }[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { to: string; text: string } };
    unread.push(data);
    response.end();
    arrived.resolve();
    arrived = Promise.withResolvers();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async next(to) {
      const late = AbortSignal.timeout(30_000);
      for (;;) {
        const at = unread.findIndex((message) => message.to === to);
        const [found] = at < 0 ? [] : unread.splice(at, 1);
        if (found !== undefined) return found.text;
        const gaveUp = new Promise<never>((_, reject) => {
          late.onabort = () => reject(new Error(`no text message to ${to} within 30 s`));
        });
        await Promise.race([arrived.promise, gaveUp]);
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
