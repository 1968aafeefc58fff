import { Agent, request } from 'node:http';

/** What came back. */
export interface Reply {
  status: number;
  /** Of a redirect, absolute. */
  location: URL | undefined;
  retryAfter: string | undefined;
  body: string;
}

export interface Sent {
  method: string;
  url: URL;
  headers?: Record<string, string>;
  body?: string;
}

/** Real HTTP over kept connections. */
export class Wire {
  readonly #agent: Agent;

  constructor(maxSockets = 16) {
    this.#agent = new Agent({ keepAlive: true, maxSockets });
  }

  /** `cookies` are told and kept, as a browser does; a redirect is not followed. */
  send({ method, url, headers = {}, body }: Sent, cookies: Cookies): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const cookie = cookies.header(url.pathname);
      const all = {
        accept: 'text/html',
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      };
      const outgoing = request(url, { method, headers: all, agent: this.#agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          for (const line of incoming.headers['set-cookie'] ?? []) cookies.keep(line, url.pathname);
          const { location } = incoming.headers;
          resolve({
            status: incoming.statusCode ?? 0,
            location: location === undefined ? undefined : new URL(location, url),
            retryAfter: incoming.headers['retry-after'],
            body: Buffer.concat(chunks).toString(),
          });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The cookies of one browser (RFC 6265, as far as paths go). */
export class Cookies {
  #kept = new Map<string, { name: string; value: string; path: string }>();

  header(pathname: string): string {
    return [...this.#kept.values()]
      .filter(({ path }) => within(pathname, path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  keep(line: string, pathname: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const attribute = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? pathname;
    const expires = attribute('expires');
    if (value === '' || (expires !== undefined && Date.parse(expires) < Date.now()))
      this.#kept.delete(`${path} ${name}`);
    else this.#kept.set(`${path} ${name}`, { name, value, path });
  }

  value(name: string): string | undefined {
    return [...this.#kept.values()].find((cookie) => cookie.name === name)?.value;
  }

  /** Loses some of them, as a cleaned profile does. */
  drop(lost: (name: string) => boolean): void {
    for (const [key, { name }] of this.#kept) if (lost(name)) this.#kept.delete(key);
  }
}

function within(pathname: string, path: string): boolean {
  return pathname === path || (pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/'));
}

/** The body of a form; repeated names stay repeated. */
export function encode(fields: readonly (readonly [name: string, value: string])[]): string {
  return fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}
