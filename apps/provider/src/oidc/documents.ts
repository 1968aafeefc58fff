import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/**
 * Seconds for which relying parties may keep discovery and key set. A new signing key is published at least this long
 * before it signs (see planRotation), so that nobody meets a signature by a key they have not seen.
 */
export const DOCUMENT_MAX_AGE_SECONDS = 300;

/** A response made once and sent many times. */
export interface PrebuiltDocument {
  body: Buffer;
  etag: string;
  headers: string[];
}

/** Paths below the realm's whose answers do not depend on the request. */
export const DOCUMENT_PATHS = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/protocol/openid-connect/certs',
] as const;

export const isDocument = (path: string): boolean => (DOCUMENT_PATHS as readonly string[]).includes(path);

type Callback = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Asks the engine itself over a socket that leads nowhere, so that what we send is what it would have sent. */
function askEngine(callback: Callback, path: string): Promise<Buffer> {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.url = path;
  request.headers = { accept: 'application/json' };
  const response = new ServerResponse(request);
  return new Promise((resolve, reject) => {
    response.end = (chunk?: unknown) => {
      if (response.statusCode === 200 && typeof chunk === 'string') resolve(Buffer.from(chunk));
      else reject(new Error(`the OIDC engine answers ${path} with ${response.statusCode}`));
      return response;
    };
    callback(request, response).catch(reject);
  });
}

/** Discovery and key set of one engine, by path below the realm's. */
export async function prebuildDocuments(callback: Callback): Promise<ReadonlyMap<string, PrebuiltDocument>> {
  const documents = await Promise.all(
    DOCUMENT_PATHS.map(async (path) => {
      const body = await askEngine(callback, path);
      const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      return [path, { body, etag, headers: headersOf(body, etag) }] as const;
    }),
  );
  return new Map(documents);
}

/** Whether a validator the client holds is ours (RFC 9110 §13.1.2: weak comparison, a list, or any). */
function notModified(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

/** Names and values in turn, as writeHead takes them without looking at each. */
function headersOf(body: Buffer, etag: string): string[] {
  return [
    ...['Access-Control-Allow-Origin', '*'],
    ...['Cache-Control', `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}`],
    ...['Cross-Origin-Resource-Policy', 'cross-origin'],
    ...['X-Content-Type-Options', 'nosniff'],
    ...['ETag', etag],
    ...['Content-Type', 'application/json; charset=utf-8'],
    ...['Content-Length', String(body.length)],
  ];
}

/** Sends a prebuilt document to GET or HEAD, readable by pages of any origin. */
export function sendDocument(request: IncomingMessage, response: ServerResponse, document: PrebuiltDocument): void {
  if (notModified(request.headers['if-none-match'], document.etag)) {
    // A 304 tells of the body that the client has (RFC 9110 §15.4.5), and has none itself.
    response.writeHead(304, document.headers.slice(0, -4)).end();
    return;
  }
  response.writeHead(200, document.headers);
  response.end(request.method === 'HEAD' ? undefined : document.body);
}
