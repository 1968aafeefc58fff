import { inGrace, leastAcr, policyChanges, policySchema, secondFactorRequirement, withAssignments } from './index.ts';

const policyOf = (secondFactor: object) => policySchema.parse({ secondFactor });

test('a second factor is required of everyone, or of a role, and of nobody else', () => {
  expect(secondFactorRequirement(policyOf({}), ['admin'])).toBeUndefined();
  expect(secondFactorRequirement(policyOf({ required: 'required' }), [])).toEqual({ by: 'everyone' });
  const byRole = policyOf({ requiredForRoles: ['admin', 'auditor'] });
  expect(secondFactorRequirement(byRole, ['auditor'])).toEqual({ by: 'role', role: 'auditor' });
  expect(secondFactorRequirement(byRole, ['editor'])).toBeUndefined();
});

test('the least assurance of a client is looked up by its very name', () => {
  const policy = policyOf({ clientAcr: { payroll: 'phr' } });
  expect(leastAcr(policy, 'payroll')).toBe('phr');
  expect(leastAcr(policy, 'toString')).toBeUndefined();
});

test('a time of grace ends to the millisecond, and none begins without days', () => {
  const began = new Date('2026-01-01T00:00:00Z');
  const week = policyOf({ graceDays: 7 });
  expect(inGrace(week, began, new Date('2026-01-07T23:59:59.999Z'))).toBe(true);
  expect(inGrace(week, began, new Date('2026-01-08T00:00:00Z'))).toBe(false);
  expect(inGrace(policyOf({}), began, began)).toBe(false);
});

test('assignments take JSON, words and lists; an empty one takes a setting away; problems are told at once', () => {
  const { tree, problems } = withAssignments({ backupCodes: { count: 12 } }, [
    'backupCodes.count=',
    'secondFactor.required=required',
    'secondFactor.allowed=totp, sms',
    'freshProofSeconds=60',
    'secondFactor.clientAcr={"a":"phr"}',
    'nothing',
    'backupCodes.amount=1',
    '__proto__.x=1',
  ]);
  expect(tree).toEqual({
    secondFactor: { required: 'required', allowed: ['totp', 'sms'], clientAcr: { a: 'phr' } },
    freshProofSeconds: 60,
  });
  expect(problems.map(({ path }) => path)).toEqual(['nothing', 'backupCodes.amount', '__proto__.x']);
});

test('changes are told by path with what was and what is', () => {
  const before = policySchema.parse({});
  const after = policySchema.parse({ backupCodes: { count: 12 } });
  expect(policyChanges(before, after)).toEqual([{ path: 'backupCodes.count', before: 10, after: 12 }]);
  expect(policyChanges(after, after)).toEqual([]);
});
