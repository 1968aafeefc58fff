import { createServer as createNodeServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const maxHeaders = 100;

/**
 * An HTTP server on which a slow or greedy client costs little: headers within 10 s, the whole request within 20 s, no
 * connection silent for more than 30 s while it sends or reads, at most 16 KiB and 100 lines of headers (431 beyond), and only
 * paths as request targets.
 */
export function createServer(listener: RequestListener): Server {
  const server = createNodeServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      // Longer than the idle time of common reverse proxies (60 s), so that they never reuse a connection we just closed.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: true,
    },
    (request, response) => {
      // maxHeadersCount would drop the surplus in silence, and with it what a proxy appended: X-Forwarded-For.
      if (request.rawHeaders.length > maxHeaders * 2) {
        response.writeHead(431, { Connection: 'close' }).end();
        return;
      }
      // A proxy's form (`GET http://other.example/`) would bring in a second host name beside the configured one.
      if (!request.url?.startsWith('/')) {
        response.writeHead(400, { Connection: 'close' }).end();
        return;
      }
      listener(request, response);
    },
  );
  server.maxHeadersCount = 0;
  server.setTimeout(30_000);
  return server;
}

/** A port cannot be had. The message tells what to do about it. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/**
 * Starts listening. A port that cannot be had is an error that names the setting to change; port 0 takes a free one.
 * `setting` is the name of the setting the port came from.
 */
export async function listen(
  server: Server,
  where: { host: string; port: number; setting: string },
): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => reject(explained(cause, where));
    server.once('error', failed);
    server.listen(where.port, where.host, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

function explained(cause: NodeJS.ErrnoException, { host, port, setting }: Parameters<typeof listen>[1]): PortError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is already in use. Stop the program that holds it, or set ${setting} to another port.`,
    EACCES: `Port ${port} on ${host} needs more rights than this process has. Set ${setting} to a port above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine, so ${setting} ${port} cannot be opened on it.`,
  };
  return new PortError(reasons[cause.code ?? ''] ?? `Port ${port} on ${host} (${setting}) cannot be opened`, { cause });
}
