import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listed {
  id: string;
  [attribute: string]: unknown;
}

export interface Answered {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A source that lists what it is told to, in the way it is told to, and remembers what it was asked. */
export interface ListingSource {
  url: string;
  users: Listed[];
  groups: Listed[];
  /** `cursor` as RFC 9865, which lets only the first page tell the total; a page is no longer than `page`. */
  pages: 'index' | 'cursor';
  page: number;
  /** Says so many more than it lists. */
  hides: number;
  /** Answers in place of a page or a resource. */
  answers: (url: URL) => Answered | undefined | Promise<undefined>;
  /** Paths with their query, in order. */
  asked: string[];
  close(): Promise<void>;
}

const messages = 'urn:ietf:params:scim:api:messages:2.0';

export async function startListingSource(): Promise<ListingSource> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://source.example');
    source.asked.push(`${url.pathname}${decodeURIComponent(url.search)}`);
    const { status, body, headers = {} } = (await source.answers(url)) ?? answerTo(url);
    response.writeHead(status, { 'Content-Type': 'application/scim+json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });

  function answerTo({ pathname, searchParams }: URL): Answered {
    const [, kind, id] = pathname.split('/');
    if (kind === 'ServiceProviderConfig') {
      return { status: 200, body: { pagination: { cursor: source.pages === 'cursor', index: true } } };
    }
    const all = kind === 'Users' ? source.users : source.groups;
    if (id !== undefined) {
      const found = all.find((each) => each.id === decodeURIComponent(id));
      return found ? { status: 200, body: found } : { status: 404, body: { status: '404' } };
    }
    const since = /^meta\.lastModified gt "(.*)"$/.exec(searchParams.get('filter') ?? '')?.[1];
    const fits = all.filter(({ meta }) => {
      const at = (meta as { lastModified?: string } | undefined)?.lastModified;
      return since === undefined || (at !== undefined && Date.parse(at) > Date.parse(since));
    });
    const from = Number(searchParams.get('cursor') || searchParams.get('startIndex') || 1) - 1;
    const Resources = fits.slice(from, from + Math.min(source.page, Number(searchParams.get('count'))));
    const next = from + Resources.length;
    return {
      status: 200,
      body: {
        schemas: [`${messages}:ListResponse`],
        ...((source.pages === 'index' || from === 0) && { totalResults: fits.length + source.hides }),
        Resources,
        ...(source.pages === 'cursor' && next < fits.length && { nextCursor: String(next + 1) }),
      },
    };
  }

  const source: ListingSource = {
    url: '',
    users: [],
    groups: [],
    pages: 'index',
    page: 100,
    hides: 0,
    answers: () => undefined,
    asked: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  source.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return source;
}
