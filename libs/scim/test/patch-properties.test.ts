import fc from 'fast-check';
import {
  applyPatch,
  type Json,
  type JsonObject,
  type PatchOperation,
  ScimError,
  sameJson,
  userType,
} from '../src/index.ts';
import { enterprise, people, words } from './world.ts';

describe('For any resource and any operations', () => {
  const value = fc.oneof(
    fc.constantFrom(...words),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.array(
      fc.record({ value: fc.constantFrom(...words), type: fc.constantFrom('work', 'home') }, { requiredKeys: [] }),
      { maxLength: 3 },
    ),
    fc.record({ givenName: fc.constantFrom(...words) }),
  ) as fc.Arbitrary<Json>;
  const path = fc.constantFrom(
    'title',
    'active',
    'userName',
    'name',
    'name.givenName',
    'emails',
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'emails.type',
    'groups',
    'id',
    enterprise,
    `${enterprise}:department`,
    `${enterprise}:manager.value`,
    'nothing',
    '__proto__',
    'constructor',
  );
  const operations: fc.Arbitrary<PatchOperation[]> = fc.array(
    fc.record({ op: fc.constantFrom('add', 'replace', 'remove'), path, value }),
    { minLength: 1, maxLength: 5 },
  ) as fc.Arbitrary<PatchOperation[]>;

  test('a PATCH succeeds or is refused in the words of the RFC, and the resource that came in is as it was', () => {
    fc.assert(
      fc.property(people, operations, (resource, ops) => {
        const before = JSON.stringify(resource);
        try {
          const after = applyPatch(userType, resource, ops);
          expect(
            ((after.emails ?? []) as JsonObject[]).filter((email) => email.primary === true).length,
          ).toBeLessThanOrEqual(
            Math.max(1, ((resource.emails ?? []) as JsonObject[]).filter((email) => email.primary === true).length),
          );
        } catch (error) {
          if (!(error instanceof ScimError) || error.status !== 400) throw error;
        }
        expect(JSON.stringify(resource)).toBe(before);
      }),
      { numRuns: 3000 },
    );
  });

  test('an operation that sets or removes says the same a second time, so nothing changes by it', () => {
    fc.assert(
      fc.property(people, operations, (resource, ops) => {
        let once: JsonObject;
        try {
          once = applyPatch(userType, resource, ops.slice(0, 1));
        } catch {
          return;
        }
        // A filter may not fit any more what it changed: that is refused, never done twice.
        try {
          expect(sameJson(applyPatch(userType, once, ops.slice(0, 1)), once)).toBe(true);
        } catch (error) {
          if (!(error instanceof ScimError) || error.scimType !== 'noTarget') throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
