import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@sparekey/http';
import { defaultPolicy } from '@sparekey/policy';
import { scimPullParts } from '@sparekey/provisioner/scim-pull';
import { addScimConnection, pullFrom, type ScimRun } from '@sparekey/provisioning';
import { openStorage, type Storage } from '@sparekey/storage';
import { aligned } from '../report.ts';

const FEW = 2_000;
const MANY = 20_000;
const operator = { kind: 'operator', name: 'bench' } as const;

const person = (n: number) => ({
  id: `r${n}`,
  externalId: `hr-${n}`,
  userName: `person-${n}`,
  name: { givenName: 'Ada', familyName: `Number ${n}` },
  emails: [{ type: 'work', value: `person-${n}@example.com`, primary: true }],
  active: true,
});

/** Lists so many people, and one group of all of them; made for each page, so that it holds none. */
function startSource(count: number): Promise<{ url: string; close(): void }> {
  const members = () => Array.from({ length: count }, (_, n) => ({ value: `r${n}` }));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source.example');
    const [from, size] = [Number(searchParams.get('startIndex')) - 1, Number(searchParams.get('count'))];
    const people = () => Array.from({ length: Math.max(0, Math.min(size, count - from)) }, (_, n) => person(from + n));
    const body =
      pathname === '/Users'
        ? { totalResults: count, Resources: people() }
        : pathname === '/Groups'
          ? { totalResults: 1, Resources: [{ id: 'g', displayName: 'everybody', members: members() }] }
          : {};
    response.writeHead(200, { 'Content-Type': 'application/scim+json' });
    response.end(JSON.stringify(body));
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    }),
  );
}

interface Read {
  /** Milliseconds a person. */
  first: number;
  again: number;
  grewMiB: number;
}

async function readAll(storage: Storage, count: number): Promise<Read> {
  const source = await startSource(count);
  try {
    const name = `read-${count}`;
    const realm = await storage.stores.realms.create({ name, enabled: true, policy: defaultPolicy, attributes: {} });
    const settings = { baseUrl: source.url, pageSize: 1000, maxAnswerKib: 16_384 };
    const draft = { name: 'hr', kind: 'source', profile: 'strict', settings, secret: 'bench' } as const;
    const connection = await storage.transaction((stores) => addScimConnection(stores, realm.id, draft, operator));
    const logger = createLogger({ level: 'error', name: 'bench' });
    const parts = scimPullParts({ storage, outboundAllow: ['127.0.0.0/8'], logger });
    const due = { realmId: realm.id, connectionId: connection.id };
    const timed = async (): Promise<{ ms: number; run: ScimRun }> => {
      const began = performance.now();
      const run = await pullFrom(parts, due, new AbortController().signal);
      if (run?.state !== 'done') throw new Error(`the reading ended as ${run?.state}: ${run?.why}`);
      return { ms: (performance.now() - began) / count, run };
    };
    const anew = async () => {
      await storage.scim.runs.begin(connection, { kind: 'pull', askedBy: 'bench', state: 'asked' });
      return timed();
    };
    const first = await timed();
    await anew();
    const before = process.memoryUsage().rss;
    const again = await anew();
    const { unchanged } = again.run.outcome.counts;
    if (unchanged !== count + 1) throw new Error(`${unchanged} of ${count + 1} were as they were`);
    return { first: first.ms, again: again.ms, grewMiB: (process.memoryUsage().rss - before) / 2 ** 20 };
  } finally {
    source.close();
  }
}

/** What reading a directory costs, and that a person of many costs what one of few does; true when the bars are met. */
export async function sourceBench(databaseUrl: string, progress: (line: string) => void): Promise<boolean> {
  const storage = await openStorage({ databaseUrl, masterKey: randomBytes(32) });
  try {
    progress(`a source of ${FEW} people is read`);
    const few = await readAll(storage, FEW);
    progress(`a source of ${MANY} people is read`);
    const many = await readAll(storage, MANY);
    const [first, again] = [many.first / few.first, many.again / few.again];
    progress('');
    console.log(
      aligned([
        ['Reading a directory', 'measured', 'bar', ''],
        [
          `a person of ${MANY} who comes, beside one of ${FEW}`,
          `${first.toFixed(2)} ×`,
          '≤ 1.5 ×',
          first <= 1.5 ? 'met' : 'MISSED',
        ],
        ['a person who is as they were, the same', `${again.toFixed(2)} ×`, '≤ 1.5 ×', again <= 1.5 ? 'met' : 'MISSED'],
        [
          'memory that reading all once more takes',
          `${many.grewMiB.toFixed(0)} MiB`,
          '≤ 100 MiB',
          many.grewMiB <= 100 ? 'met' : 'MISSED',
        ],
      ]),
    );
    console.log(
      `\nA person who comes takes ${many.first.toFixed(2)} ms, one who is as they were ${many.again.toFixed(2)} ms.`,
    );
    return first <= 1.5 && again <= 1.5 && many.grewMiB <= 100;
  } finally {
    await storage.close();
  }
}
