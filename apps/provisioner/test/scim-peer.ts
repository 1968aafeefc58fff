import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

type Stored = { id: string } & Record<string, unknown>;

/** A directory of somebody else's making (scimmy), in memory, that counts what is written to it. */
export interface ScimPeer {
  url: string;
  users: Map<string, Stored>;
  groups: Map<string, Stored>;
  /** Requests that would change something. */
  writes(): number;
  /** Requests so far, by method. */
  requests(): Record<string, number>;
  close(): Promise<void>;
}

type Searched = { match(all: Stored[]): Stored[] } & readonly Record<string, unknown>[];

/** Whom a filter can mean at all: scimmy itself would look at everybody, which takes the most of a run with a thousand people. */
function candidates(stored: Map<string, Stored>, filter: Searched): Stored[] {
  const all = [...stored.values()];
  const [only, ...more] = filter;
  const wanted = only?.externalId;
  if (more.length > 0 || !Array.isArray(wanted) || wanted[0] !== 'eq') return all;
  return all.filter(({ externalId }) => externalId === wanted[1]);
}

/** One for each process: scimmy declares its resources globally. `unique` refuses a userName that is taken. */
export async function startScimPeer({ token, unique }: { token: string; unique: boolean }): Promise<ScimPeer> {
  const users = new Map<string, Stored>();
  const groups = new Map<string, Stored>();
  const requests: Record<string, number> = {};
  let ids = 0;

  function declare(type: unknown, stored: Map<string, Stored>, name: string) {
    const handlers = {
      ingress(resource: { id?: string }, data: Record<string, unknown>) {
        const taken = [...stored.values()].find((each) => each[name] === data[name] && each.id !== resource.id);
        if (unique && taken) throw new SCIMMY.Types.Error(409, 'uniqueness', `${name} is taken`);
        if (resource.id !== undefined && !stored.has(resource.id)) throw new SCIMMY.Types.Error(404, '', 'nobody');
        ids += resource.id === undefined ? 1 : 0;
        const id = resource.id ?? `remote-${ids}`;
        const kept = { ...JSON.parse(JSON.stringify(data)), id };
        stored.set(id, kept);
        return kept;
      },
      egress(resource: { id?: string; filter?: Searched }) {
        if (resource.id === undefined) {
          const { filter } = resource;
          return filter ? filter.match(candidates(stored, filter)) : [...stored.values()];
        }
        const found = stored.get(resource.id);
        if (found === undefined) throw new SCIMMY.Types.Error(404, '', 'nobody');
        return found;
      },
      degress(resource: { id: string }) {
        if (!stored.delete(resource.id)) throw new SCIMMY.Types.Error(404, '', 'nobody');
      },
    };
    SCIMMY.Resources.declare(type as never, handlers as never);
  }
  declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), users, 'userName');
  declare(SCIMMY.Resources.Group, groups, 'displayName');

  const app = express();
  app.use((request, _response, next) => {
    requests[request.method] = (requests[request.method] ?? 0) + 1;
    // The routers hand on texts, and scimmy takes only numbers: it would give the first page for ever.
    const pages = ['startIndex', 'count'].filter((name) => typeof request.query[name] === 'string');
    const numbers = Object.fromEntries(pages.map((name) => [name, Number(request.query[name])]));
    Object.defineProperty(request, 'query', { value: { ...request.query, ...numbers } });
    next();
  });
  const handler = (request: { header(name: string): string | undefined }) => {
    if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('who are you?');
    return 'sparekey';
  };
  app.use('/scim', new SCIMMYRouters({ type: 'bearer', handler } as never) as never);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    users,
    groups,
    writes: () => Object.entries(requests).reduce((sum, [method, n]) => sum + (method === 'GET' ? 0 : n), 0),
    requests: () => ({ ...requests }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
