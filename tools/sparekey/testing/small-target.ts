import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Person = { id: string; userName: string; active: boolean };

export interface SmallTarget {
  url: string;
  /** By id; who has a userName of `refused` is not taken. */
  people: Map<string, Person>;
  refused: Set<string>;
  close(): Promise<void>;
}

/** A directory of people that knows as much SCIM as the worker asks of it. */
export async function startSmallTarget(): Promise<SmallTarget> {
  const people = new Map<string, Person>();
  const refused = new Set<string>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://target');
    const id = url.pathname.split('/')[3] ?? '';
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
    const body = request.method === 'POST' || request.method === 'PATCH' ? await json(request) : undefined;
    if (url.pathname.endsWith('/ServiceProviderConfig')) return answer(200, { patch: { supported: true } });
    if (request.method === 'POST') {
      const { userName } = body as Person;
      if (refused.has(userName)) return answer(400, { scimType: 'invalidValue', detail: `no ${userName} here` });
      const made = { ...(body as Person), id: `remote-${people.size + 1}` };
      people.set(made.id, made);
      return answer(201, made);
    }
    const person = people.get(id);
    if (person === undefined) {
      const [attribute = '', , value = ''] = (url.searchParams.get('filter') ?? '').split(' ');
      const found = [...people.values()].filter((each) => each[attribute as 'userName'] === value.slice(1, -1));
      return answer(200, { totalResults: found.length, Resources: found });
    }
    for (const { path, value } of (body as { Operations: { path: string; value: unknown }[] }).Operations) {
      Object.assign(person, { [path]: value });
    }
    return answer(200, person);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    people,
    refused,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
