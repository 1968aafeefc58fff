import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { type AddressTest, addressesIn } from './network.ts';
import { isPublicAddress } from './outbound-address.ts';

export interface GuardedRequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For the whole exchange, name resolution included; 5 000 by default. */
  timeoutMs?: number;
  /** Of the response body, as received; 512 KiB by default. */
  maxBytes?: number;
  /** Addresses and CIDR ranges that may be reached although they are not public, over http too (SPAREKEY_OUTBOUND_ALLOW). */
  allow?: readonly string[];
  /** Ends the request before its time. */
  signal?: AbortSignal;
  /** How names are resolved; the system's resolver by default. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>;
}

export interface GuardedResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Why a guarded request gave nothing. The message tells the operator more; it may name addresses. */
export type OutboundRefusal = 'url' | 'address' | 'redirect' | 'timeout' | 'too_large' | 'network';

export class OutboundError extends Error {
  readonly reason: OutboundRefusal;
  constructor(reason: OutboundRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutboundError';
    this.reason = reason;
  }
}

/**
 * Requests a URL that an administrator or a client supplied, without letting it reach into our own network. https
 * only, on public addresses only, but for the ranges the operator allows; the check is made on the addresses the socket
 * is given to connect to, so a name that changes its answer between check and use (DNS rebinding) gains nothing. No
 * redirect is followed, no proxy or cookie is used, time and size are capped. Throws OutboundError; any HTTP status
 * outside 3xx is a response.
 */
export async function guardedRequest(url: string | URL, options: GuardedRequestOptions = {}): Promise<GuardedResponse> {
  const allowed = addressesIn(options.allow ?? []);
  const target = checkedUrl(url, options);
  const plainHttp = target.protocol === 'http:';
  const reachable: AddressTest = (ip) => allowed(ip) || (!plainHttp && isPublicAddress(ip));
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  // The URL parser has turned decimal, octal, hexadecimal and short IPv4 forms into dotted ones by now.
  if (isIP(literal) !== 0) requireReach(literal, reachable);
  const timeoutMs = options.timeoutMs ?? 5_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  try {
    return await exchange(target, options, reachable, signal);
  } catch (cause) {
    if (cause instanceof OutboundError) throw cause;
    if (timeout.aborted) throw new OutboundError('timeout', `no full answer within ${timeoutMs} ms`, { cause });
    throw new OutboundError('network', `request to ${target.host} failed`, { cause });
  }
}

function checkedUrl(url: string | URL, { allow = [] }: GuardedRequestOptions): URL {
  const target = URL.parse(String(url));
  if (target === null) throw new OutboundError('url', 'not a URL');
  if (target.username !== '' || target.password !== '') throw new OutboundError('url', 'the URL holds credentials');
  // Whether a plain http address is an allowed one is decided where the address is known.
  if (target.protocol !== 'https:' && !(target.protocol === 'http:' && allow.length > 0)) {
    throw new OutboundError('url', 'only https is allowed');
  }
  return target;
}

function requireReach(address: string, reachable: AddressTest): void {
  if (!reachable(address)) throw new OutboundError('address', `${address} may not be reached`);
}

function resolveWithSystem(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

/** A lookup that hands the socket nothing unless every address of the name may be reached. */
function guardedLookup(resolve: NonNullable<GuardedRequestOptions['resolve']>, reachable: AddressTest): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname)
      .then((addresses) => {
        for (const { address } of addresses) requireReach(address, reachable);
        const [first] = addresses;
        if (first === undefined) throw new OutboundError('network', `${hostname} has no address`);
        if (lookupOptions.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, []));
  };
}

async function exchange(
  url: URL,
  options: GuardedRequestOptions,
  reachable: AddressTest,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, {
    method: options.method ?? 'GET',
    headers: { Accept: '*/*', ...options.headers, 'Accept-Encoding': 'identity' },
    agent: false,
    lookup: guardedLookup(options.resolve ?? resolveWithSystem, reachable),
    maxHeaderSize: 16 * 1024,
    signal,
  });
  request.once('response', resolve);
  request.on('error', reject);
  request.once('socket', (socket: Socket) => {
    // The last word is the connection's own: whatever led here, an address that is not allowed gets no byte of ours.
    socket.once('connect', () => {
      if (reachable(socket.remoteAddress ?? '')) return;
      request.destroy(new OutboundError('address', `${socket.remoteAddress} may not be reached`));
    });
  });
  request.end(options.body);
  try {
    const response = await promise;
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400 && status !== 304) {
      throw new OutboundError('redirect', `answered with a redirect (${status}), which is not followed`);
    }
    return { status, headers: singleHeaders(response), body: await readBody(response, options.maxBytes ?? 512 * 1024) };
  } finally {
    request.destroy();
  }
}

function singleHeaders(response: IncomingMessage): Record<string, string> {
  const entries = Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]);
  return Object.fromEntries(entries);
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new OutboundError('too_large', `answer of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Bodies that a guarded fetch sends: those whose bytes are known before the request begins. */
function sendableBody(body: RequestInit['body']): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('a guarded fetch sends text, bytes or form fields only');
}

/**
 * `guardedRequest` in the shape of fetch, for libraries that let theirs be replaced (oidc-provider's `fetch`). Redirects
 * are refused whatever `init.redirect` says; `an `init.signal` that fires ends the request too.
 */
export function guardedFetch(
  defaults: Pick<GuardedRequestOptions, 'timeoutMs' | 'maxBytes' | 'allow' | 'resolve'> = {},
): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const body = sendableBody(init.body);
    if (init.body instanceof URLSearchParams && !headers.has('content-type')) {
      headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
    }
    const answer = await guardedRequest(url, {
      ...defaults,
      method: (init.method ?? 'GET').toUpperCase() as NonNullable<GuardedRequestOptions['method']>,
      headers: Object.fromEntries(headers),
      ...(body === undefined ? {} : { body }),
      ...(init.signal ? { signal: init.signal } : {}),
    });
    const empty = [204, 205, 304].includes(answer.status);
    return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
  };
}
