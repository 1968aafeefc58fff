import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface AuthFront {
  /** Address of the SCIM server behind it. */
  url: string;
  /** Its token endpoint. */
  tokenUrl: string;
  /** What it was given to prove who asks, in order, one for each request. */
  seen: string[];
  /** Forms that came to the token endpoint, with their Authorization. */
  grants: { authorization: string; form: Record<string, string> }[];
  /** Which Authorization opens the server. */
  opens: (authorization: string) => boolean;
  close(): Promise<void>;
}

/** Stands before a server that knows one bearer token, and asks for another proof; issues the tokens `token-1`, `token-2` and so on. */
export async function startAuthFront(target: string, token: string): Promise<AuthFront> {
  const seen: string[] = [];
  const grants: AuthFront['grants'] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = await buffer(request);
    const { authorization = '' } = request.headers;
    if (request.url === '/token') {
      grants.push({ authorization, form: Object.fromEntries(new URLSearchParams(body.toString())) });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: `token-${grants.length}`, token_type: 'Bearer', expires_in: 3600 }));
      return;
    }
    seen.push(authorization);
    if (!front.opens(authorization)) {
      response.writeHead(401, { 'content-type': 'application/scim+json' }).end('{"status":"401"}');
      return;
    }
    const from = await fetch(new URL(request.url ?? '/', target), {
      method: request.method ?? 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    response.writeHead(from.status, { 'content-type': 'application/scim+json' });
    response.end(Buffer.from(await from.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const front: AuthFront = {
    url: `${origin}${new URL(target).pathname}`,
    tokenUrl: `${origin}/token`,
    seen,
    grants,
    opens: () => false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return front;
}
