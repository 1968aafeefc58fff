import type { JsonObject } from '@sparekey/scim';
import type { Directory } from '../../../src/testing/directory.ts';
import { useServedRealm } from '../served-realm.ts';

// Requests as clients are known to send them, each under a number by which it can be pointed at.

export const nobody = '00000000-0000-7000-8000-000000000000';

let count = 0;
export const name = () => `quirk-${++count}@example.com`;

/** A connection of each profile that the quirks are told apart by. */
export function useClients() {
  const here = useServedRealm();
  const clients = {} as Record<'strict' | 'entra' | 'okta' | 'generic', Directory>;
  beforeAll(async () => {
    for (const profile of ['strict', 'entra', 'okta', 'generic'] as const)
      clients[profile] = await here.connect({ profile });
  });
  return { here, clients };
}

/** A PATCH with one operation on a new person; answers the status and, after it, the person. */
export async function onPerson(directory: Directory, operation: JsonObject, person: JsonObject = {}) {
  const made = await directory.person(name(), person);
  const answer = await directory.patch(`/Users/${made.id}`, [operation]);
  return { made, answer, after: (await directory.get(`/Users/${made.id}`)).body };
}

/** A group of two people. */
export async function crew(directory: Directory) {
  const [a, b] = [await directory.person(name()), await directory.person(name())];
  const group = await directory.group(name(), [a.id, b.id]);
  const members = async () =>
    ((await directory.get(`/Groups/${group.id}`)).body.members ?? []).map(({ value }: { value: string }) => value);
  return { a: a.id as string, b: b.id as string, group, members };
}
