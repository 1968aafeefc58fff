import type { Finding, ScimConnection, ScimRun } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import { tableWriter } from './table.ts';

const PAGE = 500;

export type NamedFinding = Finding & { name: string };

/** What a survey found, a page at a time, with the names that people and groups have here. */
export async function* findingsOf(
  { scim }: Storage,
  connection: ScimConnection,
  { id }: ScimRun,
): AsyncGenerator<NamedFinding[]> {
  for (let last: Finding | undefined; ; ) {
    const page = await scim.surveys.findings(connection, id, last, PAGE);
    const names = await scim.directory.names(
      connection,
      page.map(({ localId }) => localId),
    );
    if (page.length > 0)
      yield page.map((finding) => ({ ...finding, name: names.get(finding.localId) ?? finding.localId }));
    last = page.at(-1);
    if (page.length < PAGE) return;
  }
}

/** Prints them as a table; returns whether there was one. */
export async function printFindings(
  pages: AsyncIterable<NamedFinding[]>,
  print: (text: string) => void,
): Promise<boolean> {
  const write = tableWriter(['kind', 'name', 'what', 'attributes and why'], print);
  let some = false;
  for await (const page of pages) {
    some = true;
    write(
      page.map(({ kind, name, what, attributes, failure, why }) => [
        kind,
        name,
        failure === undefined ? what : `${what}: ${failure}`,
        [attributes.join(', '), why ?? ''].filter((text) => text !== '').join(': '),
      ]),
    );
  }
  return some;
}
