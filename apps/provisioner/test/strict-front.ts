import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TargetRules } from './target-rules.ts';

type Tree = Record<string, unknown>;
type Operation = { op: string; path: string; value?: unknown };

/** One request as it came over the wire. */
export interface Seen {
  method: string;
  /** `/Groups/remote-3` */
  path: string;
  query: Record<string, string>;
  body: Tree | undefined;
}

export interface StrictFront {
  url: string;
  rules: TargetRules;
  seen: Seen[];
  /** What was refused, and why: nothing, when all went as the target wants it. */
  refused: string[];
  /** Called before a request is handed on, which waits for it; who has gone away meanwhile has asked nothing. */
  before: (request: Seen) => void | Promise<void>;
  close(): Promise<void>;
}

const operationsIn = ({ body }: Seen): Operation[] => (body?.Operations ?? []) as Operation[];
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Why a target of these rules refuses the request; undefined when it takes it. */
function refusal(seen: Seen, headers: IncomingMessage['headers'], rules: TargetRules): string | undefined {
  const { method, path, query, body } = seen;
  const [, endpoint = '', id] = path.split('/');
  const route = `${method} /${endpoint}${id === undefined ? '' : '/:id'}`;
  if (!rules.routes.test(route)) return `${route} is not there`;
  if (rules.needsUserAgent && !headers['user-agent']) return 'no User-Agent';
  if (headers['if-match'] !== undefined && rules.listName === 'resources') return 'If-Match is not known';
  const parameter = Object.keys(query).find((name) => !rules.query.includes(name));
  if (parameter !== undefined) return `${parameter} is not known`;
  if (endpoint === 'ServiceProviderConfig') return undefined;
  const kind = endpoint as 'Users' | 'Groups';
  if (method === 'GET' && id === undefined && !rules.filters[kind].test(query.filter ?? ''))
    return query.filter ?? 'all';
  if (method === 'POST' || method === 'PUT') {
    if (!rules.membersInBody && body?.members !== undefined) return 'members in a body';
    if (listed(body?.members).length > rules.maxMembers) return 'too many members';
  }
  const operations = operationsIn(seen);
  if (operations.length > rules.maxOperations[kind]) return 'too many operations';
  const single = [body ?? {}, ...operations.map(({ path: name, value }) => ({ [name]: value }))];
  const many = (tree: Tree) =>
    Object.entries(tree).some(
      ([name, value]) => !/^(schemas|Operations|members)$/.test(name) && listed(value).length > 1,
    );
  if (rules.singleValues && single.some(many)) return 'several values';
  return kind === 'Groups' ? refusedOperation(operations, rules) : undefined;
}

function refusedOperation(operations: readonly Operation[], rules: TargetRules): string | undefined {
  for (const { op, path, value } of operations) {
    if (!rules.groupPaths[op as 'add'].test(path)) return `${op} ${path}`;
    if (op === 'remove' && path === 'members' && listed(value).length === 0) return 'all members at once';
  }
  const members = operations.flatMap(({ path, value }) =>
    path === 'members' ? listed(value) : path.startsWith('members[') ? (path.match(/value eq/g) ?? []) : [],
  );
  return members.length > rules.maxMembers ? 'too many members' : undefined;
}

/** What RFC 7644 has in place of a form of the target's own. */
function standard(body: Tree | undefined, { removesByValue }: TargetRules): Tree | undefined {
  if (!removesByValue || !Array.isArray(body?.Operations)) return body;
  const operations = (body.Operations as Operation[]).flatMap((operation) =>
    operation.op !== 'remove'
      ? [operation]
      : listed(operation.value).map((each) => ({
          op: 'remove',
          path: `members[value eq ${JSON.stringify((each as { value: string }).value)}]`,
        })),
  );
  return { ...body, Operations: operations };
}

/** A resource or list as the target tells it. */
function told(answer: Tree, seen: Seen, rules: TargetRules): Tree {
  const { Resources: found, ...rest } = answer;
  if (Array.isArray(found)) return { ...rest, [rules.listName]: found.map((each) => told(each as Tree, seen, rules)) };
  const asked = (seen.query.attributes ?? '').split(',').includes('members');
  const { members, ...others } = rest;
  const tells = rules.tellsMembers === 'always' || (rules.tellsMembers === 'asked' && asked);
  return tells && members !== undefined ? rest : others;
}

/** Stands before a server that keeps to RFC 7644, and is as narrow as `rules` say. */
export async function startStrictFront(target: string, rules: TargetRules): Promise<StrictFront> {
  const base = new URL(target).pathname;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', target);
    const content = await text(request);
    const seen: Seen = {
      method: request.method ?? '',
      path: url.pathname.slice(base.length),
      query: Object.fromEntries(url.searchParams),
      body: content === '' ? undefined : JSON.parse(content),
    };
    const answer = (status: number, body?: Tree) =>
      response
        .writeHead(status, { 'content-type': 'application/scim+json', etag: 'W/"1"' })
        .end(body && JSON.stringify(body));
    const why = refusal(seen, request.headers, front.rules);
    front.seen.push(seen);
    if (why !== undefined) {
      front.refused.push(`${seen.method} ${seen.path}: ${why}`);
      return answer(seen.method === 'PATCH' && why.endsWith('is not there') ? 501 : 400, {
        status: '400',
        detail: why,
      });
    }
    const { patch, etag } = front.rules.announces;
    if (seen.path === '/ServiceProviderConfig') {
      return answer(200, { patch: { supported: patch }, etag: { supported: etag } });
    }
    await front.before(seen);
    if (response.destroyed) return;
    const body = standard(seen.body, front.rules);
    const from = await fetch(url, {
      method: seen.method,
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/scim+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const back = await from.text();
    const write = from.ok && (seen.method === 'PUT' || seen.method === 'PATCH');
    if (write && front.rules.answersWrites === 'nothing') return answer(204);
    if (write && front.rules.answersWrites === 'object') return answer(200, {});
    return answer(from.status, back === '' ? undefined : told(JSON.parse(back), seen, front.rules));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: StrictFront = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    rules,
    seen: [],
    refused: [],
    before: () => {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return front;
}
