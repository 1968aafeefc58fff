import { codeBits } from '@sparekey/codes';
import fc from 'fast-check';
import {
  defaultPolicy,
  MIN_BACKUP_CODE_BITS,
  orders,
  type PolicyInput,
  policyPresets,
  policySchema,
  policySettings,
  readOverride,
  readPolicy,
} from './index.ts';

/** Problems of a policy as `path: message`, all at once. */
function problems(input: unknown): string[] {
  const read = policySchema.safeParse(input);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const backupCodes = (input: PolicyInput['backupCodes']) => problems({ backupCodes: input });

test('a realm that decides nothing gets the documented defaults', () => {
  const limit = { failures: 5, firstWaitSeconds: 30, maxWaitSeconds: 3600, hardStop: 100 };
  expect(defaultPolicy).toMatchObject({
    secondFactor: {
      required: 'optional',
      requiredForRoles: [],
      asked: 'always',
      clientAcr: {},
      graceDays: 0,
      allowed: ['totp', 'webauthn'],
    },
    password: { minLength: 8, maxLength: 256, blocklist: [], minStrength: 2, breached: 'allow_unchecked' },
    backupCodes: {
      required: 'with_second_factor',
      requiredWith: ['totp', 'webauthn', 'sms', 'email', 'passkey'],
      count: 10,
      groups: 2,
      groupLength: 4,
      expiryDays: 365,
      lowThreshold: 3,
      offerDays: 14,
      selection: 'any',
    },
    recovery: {
      repair: 'encourage',
      continueToApplication: true,
      sessionMinutes: 10,
      risk: { medium: 40, high: 70, failures: 5, recentChangeHours: 72, dormantDays: 90, travelKmh: 900 },
      whenMedium: 'other_channel',
      whenHigh: 'cool_down',
      coolDownHours: 24,
      privilegedRoles: ['admin'],
    },
    trustedDevices: { days: 0 },
    webauthn: {
      attestation: 'none',
      trustAnchors: [],
      allowedAaguids: [],
      userVerification: 'preferred',
      counterRegression: 'refuse',
    },
    lockout: {
      password: limit,
      totp: limit,
      email: limit,
      sms: limit,
      webauthn: limit,
      backup_code: limit,
      networkFailuresPerHour: 300,
    },
    session: {
      idleSeconds: 43_200,
      absoluteSeconds: 1_209_600,
      oneFactorSeconds: 7_776_000,
      multiFactorSeconds: 7_776_000,
      phishingResistantSeconds: 7_776_000,
    },
    account: { deletion: false },
    tokens: { accessTokenSeconds: 300, refreshTokenSeconds: 1_209_600, idTokenSeconds: 300 },
    freshProofSeconds: 300,
    hashing: { profile: 'standard' },
  });
});

test('a part that decides one thing keeps the defaults of the rest', () => {
  const policy = policySchema.parse({ backupCodes: { count: 12 }, lockout: { totp: { failures: 3 } } });
  expect(policy.backupCodes).toEqual({ ...defaultPolicy.backupCodes, count: 12 });
  expect(policy.lockout).toEqual({ ...defaultPolicy.lockout, totp: { ...defaultPolicy.lockout.totp, failures: 3 } });
});

test('a policy read again is the same policy', () => {
  expect(policySchema.parse(defaultPolicy)).toEqual(defaultPolicy);
});

test.each([
  [{ backupcodes: {} }, ': Unrecognized key: "backupcodes"'],
  [{ backupCodes: { amount: 10 } }, 'backupCodes: Unrecognized key: "amount"'],
  [{ lockout: { fax: {} } }, 'lockout: Unrecognized key: "fax"'],
  [{ lockout: { totp: { attempts: 1 } } }, 'lockout.totp: Unrecognized key: "attempts"'],
  [{ tokens: { lifetime: 1 } }, 'tokens: Unrecognized key: "lifetime"'],
  [
    JSON.parse('{"__proto__": {}, "secondFactor": {"constructor": 1}}'),
    'secondFactor: Unrecognized key: "constructor"',
  ],
])('an unknown key is refused by its name: %j', (input, problem) => {
  expect(problems(input)).toContain(problem);
});

const bounds: [path: string[], min: number, max: number][] = [
  [['backupCodes', 'count'], 8, 20],
  [['backupCodes', 'expiryDays'], 30, 730],
  [['backupCodes', 'lowThreshold'], 1, 7],
  [['secondFactor', 'graceDays'], 0, 90],
  [['recovery', 'sessionMinutes'], 5, 60],
  [['recovery', 'coolDownHours'], 1, 168],
  [['recovery', 'risk', 'medium'], 10, 100],
  [['recovery', 'risk', 'high'], 10, 100],
  [['recovery', 'risk', 'failures'], 3, 100],
  [['recovery', 'risk', 'recentChangeHours'], 1, 720],
  [['recovery', 'risk', 'dormantDays'], 7, 730],
  [['recovery', 'risk', 'travelKmh'], 100, 5000],
  [['trustedDevices', 'days'], 0, 90],
  [['session', 'oneFactorSeconds'], 300, 7_776_000],
  [['session', 'multiFactorSeconds'], 300, 7_776_000],
  [['session', 'phishingResistantSeconds'], 300, 7_776_000],
  [['lockout', 'networkFailuresPerHour'], 10, 100_000],
  [['lockout', 'password', 'failures'], 1, 100],
  [['lockout', 'totp', 'maxWaitSeconds'], 30, 86_400],
  [['lockout', 'backup_code', 'hardStop'], 10, 100],
  [['tokens', 'accessTokenSeconds'], 30, 3600],
  [['tokens', 'idTokenSeconds'], 30, 3600],
  [['tokens', 'refreshTokenSeconds'], 300, 7_776_000],
  [['freshProofSeconds'], 30, 3600],
];

test.each(bounds)('%j is a whole number between %d and %d', (path, min, max) => {
  const at = (value: unknown) => path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  const refused = (value: unknown) =>
    problems(at(value)).some((problem) => problem.startsWith(`${path.join('.')}: `) && !problem.includes('above'));
  expect([min, max].filter((value) => refused(value))).toEqual([]);
  expect([min - 1, max + 1, min + 0.5, Number.NaN, '10', null].filter((value) => !refused(value))).toEqual([]);
});

test('codes below 39 bits are refused with the rule in the message, whatever shape gives them', () => {
  expect(backupCodes({ groups: 2, groupLength: 3 })).toEqual([
    'backupCodes.groupLength: groups × groupLength must give at least 39 bits, that is 8 symbols',
  ]);
  expect(backupCodes({ groups: 2, groupLength: 4 })).toEqual([]);
  expect(backupCodes({ groups: 3, groupLength: 3 })).toEqual([]);
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 3, max: 8 }), (groups, groupLength) => {
      const accepted = backupCodes({ groups, groupLength }).length === 0;
      expect(accepted).toBe(codeBits(groups * groupLength) >= MIN_BACKUP_CODE_BITS);
    }),
  );
});

test('settings that contradict each other are refused where they do', () => {
  expect(problems({ lockout: { totp: { firstWaitSeconds: 600, maxWaitSeconds: 60 } } })).toEqual([
    'lockout.totp.firstWaitSeconds: firstWaitSeconds must not be above maxWaitSeconds',
  ]);
  expect(problems({ lockout: { password: { failures: 50, hardStop: 20 } } })).toEqual([
    'lockout.password.failures: failures must not be above hardStop',
  ]);
  expect(problems({ session: { idleSeconds: 86_400, absoluteSeconds: 3600 } })).toEqual([
    'session.idleSeconds: idleSeconds must not be above absoluteSeconds',
  ]);
});

test.each([
  [{ secondFactor: { allowed: [] } }, 'secondFactor.allowed'],
  [{ secondFactor: { allowed: ['totp', 'totp'] } }, 'secondFactor.allowed'],
  [{ secondFactor: { allowed: ['backup_code'] } }, 'secondFactor.allowed.0'],
  [{ secondFactor: { clientAcr: { app: 'urn:sparekey:acr:recovery' } } }, 'secondFactor.clientAcr.app'],
  [{ secondFactor: { requiredForRoles: [''] } }, 'secondFactor.requiredForRoles.0'],
  [{ backupCodes: { selection: 'next' } }, 'backupCodes.selection'],
  [{ hashing: { profile: 'weak' } }, 'hashing.profile'],
  [{ recovery: { risk: { medium: 80, high: 20 } } }, 'recovery.risk.medium'],
])('what cannot be meant is refused where it stands: %j', (input, path) => {
  expect(problems(input).map((problem) => problem.split(':')[0])).toContain(path);
});

test('every setting says what it is, and its default is within its bounds', () => {
  for (const { path, description, schema, default: value } of policySettings) {
    expect([path, description]).not.toEqual([path, '']);
    expect([path, schema.safeParse(value).success]).toEqual([path, true]);
  }
});

test('what organizations may tighten are settings that exist', () => {
  const paths = policySettings.map(({ path }) => path);
  expect(Object.keys(orders).filter((path) => !paths.includes(path))).toEqual([]);
});

test('a preset fits a realm and an organization alike', () => {
  for (const { settings } of Object.values(policyPresets)) {
    expect(readPolicy(settings).problems).toEqual([]);
    expect(readOverride(settings).problems).toEqual([]);
  }
  const { groups, groupLength } = policySchema.parse(policyPresets['nist-recovery'].settings).backupCodes;
  expect(groups * groupLength).toBe(16);
  expect(codeBits(groups * groupLength)).toBeGreaterThanOrEqual(64);
});

test('all problems are told at once', () => {
  expect(problems({ backupCodes: { count: 1, expiryDays: 1 }, recovery: { repair: 'never' }, x: 1 })).toHaveLength(5);
});

test('guessing against any policy stays hopeless: at the hard stop below one in a hundred million', () => {
  const codes = 31 ** 8;
  const most = policySchema.parse({ backupCodes: { count: 20 } });
  expect((most.lockout.backup_code.hardStop * most.backupCodes.count) / codes).toBeLessThan(1e-8);
});

test('a list of models, or a wish for attestation, is refused where nothing would prove a model', () => {
  expect(problems({ webauthn: { attestation: 'direct' } })).toEqual([
    'webauthn.trustAnchors: direct attestation needs at least one certificate in trustAnchors: without one it proves nothing',
  ]);
  expect(problems({ webauthn: { allowedAaguids: ['fa2b99dc-9e39-4257-8f92-4a30d23c4118'] } })).toEqual([
    'webauthn.allowedAaguids: allowedAaguids needs direct attestation: without it a model is only claimed',
  ]);
});
