import fc from 'fast-check';
import { anyOverride, anyPolicy } from '../test/arbitrary-policy.ts';
import {
  defaultPolicy,
  policyChanges,
  policySettings,
  readOverride,
  readPolicy,
  spelledValue,
  valueAt,
  withAssignments,
} from './index.ts';

test('any policy that is shown as JSON and set as a file is the same, and so is what an organization decides', () => {
  const throughFile = (shown: unknown) => JSON.parse(JSON.stringify(shown));
  fc.assert(fc.property(anyPolicy, (policy) => expect(readPolicy(throughFile(policy)).value).toEqual(policy)));
  fc.assert(fc.property(anyOverride, (one) => expect(readOverride(throughFile(one)).value).toEqual(one)));
});

test('any policy can be set from any other by the values that `policy show` prints', () => {
  fc.assert(
    fc.property(anyPolicy, anyPolicy, (present, wanted) => {
      const assignments = policySettings.map(({ path }) => `${path}=${spelledValue(valueAt(wanted, path))}`);
      const { tree, problems } = withAssignments(present, assignments);
      expect(problems).toEqual([]);
      expect(readPolicy(tree).value).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});

test('an edit of some settings changes those and no others, and taking them away brings the default back', () => {
  fc.assert(
    fc.property(anyPolicy, anyPolicy, (present, wanted) => {
      const changes = policyChanges(present, wanted);
      const edited = withAssignments(
        present,
        changes.map(({ path, after }) => `${path}=${spelledValue(after)}`),
      );
      expect(policyChanges(edited.tree, wanted)).toEqual([]);
      const reset = withAssignments(
        edited.tree,
        policySettings.map(({ path }) => `${path}=`),
      );
      expect(readPolicy(reset.tree).value).toEqual(defaultPolicy);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['a word', 'risk', 'risk'],
  ['a number', 12, '12'],
  ['a list', ['totp', 'webauthn'], 'totp,webauthn'],
  ['an empty list', [], '[]'],
  ['a list of one that looks like a number', ['1'], '["1"]'],
  ['entries with commas', ['a,b', 'c'], '["a,b","c"]'],
  ['entries with spaces at their ends', [' a'], '[" a"]'],
  ['a record', { payroll: 'phr' }, '{"payroll":"phr"}'],
])('%s is spelled so that it is read as what it was', (_what, value, spelled) => {
  expect(spelledValue(value)).toBe(spelled);
  const path = Array.isArray(value) ? 'secondFactor.requiredForRoles' : 'secondFactor.asked';
  expect(valueAt(withAssignments({}, [`${path}=${spelled}`]).tree, path)).toEqual(value);
});
