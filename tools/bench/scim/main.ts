import { randomBytes } from 'node:crypto';
import { type ProviderProcess, startProvider } from '../provider-process.ts';
import { aligned } from '../report.ts';
import { type Crowd, fill } from './crowd.ts';

const PEOPLE = 100_000;
const DELETED = 1_000;
const ROUNDS = 200;
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

interface Bar {
  name: string;
  value: string;
  bar: string;
  met: boolean;
}

/** Milliseconds of each of many calls, one after the other, sorted. */
async function times(count: number, call: (at: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const started = performance.now();
    await call(at);
    taken.push(performance.now() - started);
  }
  return taken.sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

function client(provider: ProviderProcess, { path, token }: Crowd) {
  return async (method: string, rest: string, body?: object): Promise<Response> => {
    const response = await fetch(`${provider.origin}${path}${rest}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status >= 400) throw new Error(`${method} ${rest}: ${response.status} ${await response.text()}`);
    return response;
  };
}

type Send = ReturnType<typeof client>;

async function changeOneMember(send: Send, group: string, person: string): Promise<number[]> {
  const patch = (operation: object) =>
    send('PATCH', `/Groups/${group}`, { schemas: [patchOp], Operations: [operation] });
  return times(ROUNDS, async (at) => {
    const operation =
      at % 2 === 0
        ? { op: 'add', path: 'members', value: [{ value: person }] }
        : { op: 'remove', path: `members[value eq "${person}"]` };
    await (await patch(operation)).arrayBuffer();
  });
}

/** Reads every member while it arrives, without keeping it; answers how many, and how far the process grew meanwhile. */
async function readMembers(send: Send, provider: ProviderProcess, group: string) {
  const before = await provider.memoryMiB();
  let most = before;
  let found = 0;
  const response = await send('GET', `/Groups/${group}?attributes=members.value`);
  let rest = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const text = rest + Buffer.from(chunk).toString('latin1');
    const parts = text.split('"value"');
    found += parts.length - 1;
    rest = (parts.at(-1) ?? '').slice(-10);
    most = Math.max(most, await provider.memoryMiB());
  }
  return { found, grewMiB: most - before };
}

async function walkWhileDeleting(send: Send, people: readonly string[]) {
  const doomed = people.filter((_id, at) => at % (PEOPLE / DELETED) === 7);
  const met = new Map<string, number>();
  const remove = async () => {
    for (const id of doomed) await (await send('DELETE', `/Users/${id}`)).arrayBuffer();
  };
  const walk = async () => {
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page = (await (await send('GET', `/Users?cursor=${cursor}&count=1000&attributes=id`)).json()) as {
        nextCursor?: string;
        Resources: { id: string }[];
      };
      for (const { id } of page.Resources) met.set(id, (met.get(id) ?? 0) + 1);
      cursor = page.nextCursor;
    }
  };
  const started = performance.now();
  await Promise.all([walk(), remove()]);
  const gone = new Set(doomed);
  const survivors = people.filter((id) => !gone.has(id));
  return {
    missed: survivors.filter((id) => !met.has(id)).length,
    twice: [...met.values()].filter((times) => times > 1).length,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The bars of the SCIM server on 100,000 people and one group of all of them; true when each is met. */
export async function scimBench(databaseUrl: string, progress: (line: string) => void): Promise<boolean> {
  const provider = await startProvider(databaseUrl, randomBytes(32));
  const bars: Bar[] = [];
  const bar = (name: string, value: string, limit: string, met: boolean) => bars.push({ name, value, bar: limit, met });
  try {
    progress(`${PEOPLE} people are written`);
    const crowd = await fill(databaseUrl, PEOPLE);
    const send = client(provider, crowd);
    await changeOneMember(send, crowd.small, crowd.outsider);
    progress('one member comes and goes');
    const few = await changeOneMember(send, crowd.small, crowd.outsider);
    const many = await changeOneMember(send, crowd.large, crowd.outsider);
    const ratio = quantile(many, 0.5) / quantile(few, 0.5);
    bar(
      `add or remove one of ${PEOPLE} members, p95`,
      `${quantile(many, 0.95).toFixed(1)} ms`,
      '≤ 50 ms',
      quantile(many, 0.95) <= 50,
    );
    bar('the same beside a group of ten, median', `${ratio.toFixed(2)} ×`, '≤ 1.5 ×', ratio <= 1.5);
    const bare = await times(ROUNDS, async () =>
      (await send('GET', `/Groups/${crowd.large}?excludedAttributes=members`)).arrayBuffer(),
    );
    bar(
      'GET of that group without members, p95',
      `${quantile(bare, 0.95).toFixed(1)} ms`,
      '≤ 20 ms',
      quantile(bare, 0.95) <= 20,
    );
    const found = await times(ROUNDS, async (at) =>
      (await send('GET', `/Users?filter=userName eq "BENCH-${at}"`)).arrayBuffer(),
    );
    bar(
      'a person found by userName, p95',
      `${quantile(found, 0.95).toFixed(1)} ms`,
      '≤ 20 ms',
      quantile(found, 0.95) <= 20,
    );
    const mail = await times(ROUNDS, async (at) =>
      (await send('GET', `/Users?filter=emails[type eq "work"].value eq "bench-${at}@example.com"`)).arrayBuffer(),
    );
    bar(
      'a person found by an e-mail of a type, p95',
      `${quantile(mail, 0.95).toFixed(1)} ms`,
      '≤ 20 ms',
      quantile(mail, 0.95) <= 20,
    );
    const groups = await times(20, async (at) =>
      (await send('GET', `/Groups?filter=members.value eq "${crowd.people[at]}"&attributes=id`)).arrayBuffer(),
    );
    bar(
      'the groups of a person, p95',
      `${quantile(groups, 0.95).toFixed(1)} ms`,
      '≤ 20 ms',
      quantile(groups, 0.95) <= 20,
    );
    progress('all members are read');
    const read = await readMembers(send, provider, crowd.large);
    bar('all members of that group', `${read.found}`, `${PEOPLE}`, read.found === PEOPLE);
    bar('memory that takes', `${read.grewMiB.toFixed(0)} MiB`, '≤ 100 MiB', read.grewMiB <= 100);
    progress('20,000 members take the place of all');
    const [replaced = 0] = await times(1, async () =>
      (
        await send('PUT', `/Groups/${crowd.large}?excludedAttributes=members`, {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: 'everybody',
          members: crowd.people.slice(0, 20_000).map((value) => ({ value })),
        })
      ).arrayBuffer(),
    );
    bar(`PUT of 20,000 members over ${PEOPLE}`, `${(replaced / 1000).toFixed(2)} s`, '≤ 5 s', replaced <= 5000);
    progress(`all people are walked through while ${DELETED} are deleted`);
    const walked = await walkWhileDeleting(send, crowd.people);
    bar(`survivors of ${DELETED} deletions that the cursor missed`, `${walked.missed}`, '0', walked.missed === 0);
    bar('met twice', `${walked.twice}`, '0', walked.twice === 0);
    progress('');
    console.log(
      aligned([
        ['SCIM server', 'measured', 'bar', ''],
        ...bars.map(({ name, value, bar: limit, met }) => [name, value, limit, met ? 'met' : 'MISSED']),
      ]),
    );
    console.log(`\nThe walk beside the deletions took ${walked.seconds.toFixed(1)} s.`);
    return bars.every(({ met }) => met);
  } finally {
    await provider.stop();
  }
}
