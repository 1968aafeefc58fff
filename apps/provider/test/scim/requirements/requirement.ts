import type { JsonObject } from '@sparekey/scim';
import { type Answered, type Directory, userSchema } from '../../../src/testing/directory.ts';
import { useServedRealm } from '../served-realm.ts';

export const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Document and section, what it requires, and how that shows. */
export type Requirement = [rfc: string, requires: string, shows: () => Promise<unknown>];

/** A strict directory of a realm of its own, from before the first test of a file until after its last. */
export function useDirectory() {
  const here = useServedRealm();
  let connected: Directory;
  let count = 0;

  beforeAll(async () => {
    connected = await here.connect();
  });

  const name = () => `required-${++count}@example.com`;
  return {
    get directory() {
      return connected;
    },
    name,
    person: (more: JsonObject = {}) => connected.person(name(), more),
    user: (more: JsonObject = {}): JsonObject => ({ schemas: [userSchema], userName: name(), ...more }),
  };
}

/** The answer is a refusal in the words of RFC 7644 §3.12. */
export function refused(answer: Answered, status: number, scimType?: string): void {
  expect([answer.status, answer.body]).toEqual([
    status,
    {
      schemas: [errorSchema],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: expect.any(String),
    },
  ]);
}
