import fc from 'fast-check';
import { anyOverride, anyPolicy } from '../test/arbitrary-policy.ts';
import {
  defaultPolicy,
  effectivePolicy,
  type OrganizationPolicy,
  policySchema,
  policySettings,
  readOverride,
  readPolicy,
  storedOverride,
  storedPolicy,
  strictest,
  valueAt,
} from './index.ts';

const named = (overrides: readonly OrganizationPolicy['override'][]): OrganizationPolicy[] =>
  overrides.map((override, index) => ({ name: `o${index}`, override }));

const anyOrganizations = fc.array(anyOverride, { maxLength: 4 }).map(named);

test('without organizations the policy is the realm’s, and every setting is explained', () => {
  fc.assert(
    fc.property(anyPolicy, (realm) => {
      const { policy, explain } = effectivePolicy(realm, []);
      expect(policy).toEqual(realm);
      expect(Object.keys(explain)).toEqual(policySettings.map(({ path }) => path));
      for (const [path, { value }] of Object.entries(explain)) expect(value).toEqual(valueAt(policy, path));
    }),
  );
});

test('whatever organizations decide, in whatever order and however often, gives one and the same valid policy', () => {
  fc.assert(
    fc.property(anyPolicy, anyOrganizations, fc.nat(3), (realm, organizations, turn) => {
      const { policy } = effectivePolicy(realm, organizations);
      const turned = [...organizations.slice(turn), ...organizations.slice(0, turn)].toReversed();
      expect(effectivePolicy(realm, turned)).toEqual(effectivePolicy(realm, organizations));
      expect(effectivePolicy(realm, [...organizations, ...organizations]).policy).toEqual(policy);
      expect(effectivePolicy(policy, organizations).policy).toEqual(policy);
      expect(readPolicy(policy)).toEqual({ value: policy, problems: [] });
    }),
  );
});

test('an organization never weakens a setting, and what the realm alone decides it never touches', () => {
  fc.assert(
    fc.property(anyPolicy, anyOrganizations, (realm, organizations) => {
      const { policy } = effectivePolicy(realm, organizations);
      for (const { path, strictness } of policySettings) {
        const own = valueAt(realm, path);
        const value = valueAt(policy, path);
        if (strictness === undefined) expect([path, value]).toEqual([path, own]);
        // What is at least as strict as the realm's swallows it.
        else if (strictness.stricter !== 'union')
          expect([path, strictest(strictness, value, [own])]).toEqual([path, value]);
        else expect(value).toEqual(expect.arrayContaining(own as string[]));
      }
      expect(policy.secondFactor.allowed.length).toBeGreaterThan(0);
    }),
  );
});

test('of several organizations the strictest counts, and the explanation names it', () => {
  const { policy, explain } = effectivePolicy(policySchema.parse({ backupCodes: { groups: 3 } }), [
    { name: 'beta', override: { backupCodes: { groups: 5, count: 8 }, secondFactor: { graceDays: 0 } } },
    { name: 'alfa', override: { backupCodes: { groups: 2 }, secondFactor: { requiredForRoles: ['editor'] } } },
  ]);
  expect(policy.backupCodes).toMatchObject({ groups: 5, count: 8 });
  expect(explain['backupCodes.groups']).toEqual({
    value: 5,
    from: 'organization beta',
    why: 'stricter than the realm',
  });
  expect(explain['secondFactor.requiredForRoles']).toMatchObject({ value: ['editor'], from: 'organization alfa' });
  expect(explain['backupCodes.expiryDays']).toMatchObject({ from: 'default' });
});

test('what is laxer than the realm is told to be without effect', () => {
  const realm = policySchema.parse({ secondFactor: { required: 'required' } });
  const { explain } = effectivePolicy(realm, [{ name: 'lax', override: { secondFactor: { required: 'optional' } } }]);
  expect(explain['secondFactor.required']).toEqual({
    value: 'required',
    from: 'realm',
    why: 'decided by the realm; laxer in lax, without effect',
  });
});

test('organizations that have no factor in common leave the strongest that the realm allows: nobody is left without', () => {
  const realm = policySchema.parse({ secondFactor: { allowed: ['totp', 'sms', 'email'] } });
  const only = (...allowed: ('totp' | 'sms' | 'webauthn')[]) => ({ secondFactor: { allowed } });
  const allowedFor = (...overrides: ReturnType<typeof only>[]) =>
    effectivePolicy(realm, named(overrides)).policy.secondFactor.allowed;
  expect(allowedFor(only('sms', 'totp'))).toEqual(['totp', 'sms']);
  expect(allowedFor(only('totp'), only('sms'))).toEqual(['totp']);
  expect(allowedFor(only('webauthn'))).toEqual(['totp']);
});

test('an override is refused by the path of what is unknown, out of bounds, or the realm’s alone, all at once', () => {
  const { problems } = readOverride({
    backupCodes: { count: 99, amount: 1 },
    lockout: { password: { failures: 1 }, totp: 3 },
    hashing: { profile: 'strong' },
    fax: {},
  });
  expect(problems.map(({ path }) => path)).toEqual([
    'backupCodes.count',
    'backupCodes.amount',
    'lockout.password.failures',
    'lockout.totp',
    'hashing.profile',
    'fax',
  ]);
  expect(problems[2]?.why).toBe('is decided by the realm for everyone');
  expect(readOverride([]).problems).toHaveLength(1);
  expect(readOverride(JSON.parse('{"__proto__":{"count":1}}')).problems).toHaveLength(1);
});

test('what is read once reads the same again, and an override says only what was decided', () => {
  fc.assert(
    fc.property(anyOverride, (override) => {
      expect(readOverride(override)).toEqual({ value: override, problems: [] });
      expect(storedOverride({ ...override, later: { setting: 1 } })).toEqual(override);
    }),
  );
});

test('a policy stored by an older version is completed, one of a newer version is read as far as it is known', () => {
  const { secondFactor: _gone, hashing: _later, ...old } = defaultPolicy;
  expect(storedPolicy(old)).toEqual(defaultPolicy);
  expect(storedPolicy({ ...defaultPolicy, fromTomorrow: { on: true } })).toEqual(defaultPolicy);
});
