import fc from 'fast-check';
import {
  assessRisk,
  decideRecovery,
  defaultPolicy,
  type RiskReason,
  type RiskSignals,
  riskLevels,
  riskReasons,
} from '../index.ts';

const { risk: thresholds } = defaultPolicy.recovery;

/** The usual browser at the usual place. */
const calm: RiskSignals = {
  newDevice: false,
  newNetwork: false,
  newCountry: false,
  travelKmh: 0,
  badNetwork: false,
  recentFailures: 0,
  recentRecoveries: 0,
  idleDays: 1,
  hoursSinceChange: undefined,
  codesLeft: 9,
};

const elsewhere = { newDevice: true, newNetwork: true };

test.each<[string, Partial<RiskSignals>, string, RiskReason[]]>([
  ['the usual browser at the usual place', {}, 'low', []],
  ['a new browser at a new place', elsewhere, 'low', ['new_device', 'new_network']],
  [
    'a GeoIP file that knows nothing',
    { ...elsewhere, newCountry: undefined, travelKmh: undefined },
    'low',
    ['new_device', 'new_network'],
  ],
  [
    'a new browser in a new country',
    { ...elsewhere, newCountry: true },
    'medium',
    ['new_country', 'new_device', 'new_network'],
  ],
  [
    'a password changed yesterday',
    { ...elsewhere, hoursSinceChange: 24 },
    'medium',
    ['recent_change', 'new_device', 'new_network'],
  ],
  ['guessing before it', { ...elsewhere, recentFailures: 5 }, 'medium', ['failures', 'new_device', 'new_network']],
  ['a listed network', { badNetwork: true }, 'medium', ['bad_network']],
  [
    'a listed network and a new browser',
    { ...elsewhere, badNetwork: true },
    'high',
    ['bad_network', 'new_device', 'new_network'],
  ],
  [
    'here an hour after there',
    { ...elsewhere, newCountry: true, travelKmh: 5000 },
    'high',
    ['impossible_travel', 'new_country', 'new_device', 'new_network'],
  ],
  ['a dormant account', { ...elsewhere, idleDays: 90 }, 'medium', ['new_device', 'dormant', 'new_network']],
  [
    'code after code',
    { ...elsewhere, recentRecoveries: 3, codesLeft: 1 },
    'medium',
    ['repeated_recovery', 'new_device', 'new_network', 'few_codes'],
  ],
])('%s: %j is %s, because of %j', (_what, signals, level, reasons) => {
  const assessed = assessRisk({ ...calm, ...signals }, thresholds);
  expect(assessed.level).toBe(level);
  expect(assessed.reasons.map(({ reason }) => reason)).toEqual(reasons);
});

const anySignals: fc.Arbitrary<RiskSignals> = fc.record({
  newDevice: fc.boolean(),
  newNetwork: fc.boolean(),
  newCountry: fc.option(fc.boolean(), { nil: undefined }),
  travelKmh: fc.option(fc.nat(5000), { nil: undefined }),
  badNetwork: fc.boolean(),
  recentFailures: fc.nat(30),
  recentRecoveries: fc.nat(5),
  idleDays: fc.nat(400),
  hoursSinceChange: fc.option(fc.nat(200), { nil: undefined }),
  codesLeft: fc.option(fc.nat(20), { nil: undefined }),
});

/** One signal after the other as bad as it gets. */
const worse: ((signals: RiskSignals) => RiskSignals)[] = [
  (s) => ({ ...s, newDevice: true }),
  (s) => ({ ...s, newNetwork: true }),
  (s) => ({ ...s, newCountry: true }),
  (s) => ({ ...s, travelKmh: (s.travelKmh ?? 0) + 1000 }),
  (s) => ({ ...s, badNetwork: true }),
  (s) => ({ ...s, recentFailures: s.recentFailures + 1 }),
  (s) => ({ ...s, recentRecoveries: s.recentRecoveries + 1 }),
  (s) => ({ ...s, idleDays: s.idleDays + 100 }),
  (s) => ({ ...s, hoursSinceChange: 0 }),
  (s) => ({ ...s, codesLeft: 0 }),
];

test('one more signal, or a worse one, never lowers score or level', () => {
  fc.assert(
    fc.property(anySignals, fc.constantFrom(...worse), (signals, worsen) => {
      const before = assessRisk(signals, thresholds);
      const after = assessRisk(worsen(signals), thresholds);
      expect(after.score).toBeGreaterThanOrEqual(before.score);
      expect(riskLevels.indexOf(after.level)).toBeGreaterThanOrEqual(riskLevels.indexOf(before.level));
    }),
  );
});

test('every level is explained: the score is the sum of the reasons, capped at 100, each named once', () => {
  fc.assert(
    fc.property(anySignals, (signals) => {
      const { score, level, reasons } = assessRisk(signals, thresholds);
      expect(score).toBe(
        Math.min(
          100,
          reasons.reduce((sum, { points }) => sum + points, 0),
        ),
      );
      expect(new Set(reasons.map(({ reason }) => reason)).size).toBe(reasons.length);
      expect(reasons.every(({ reason }) => riskReasons.includes(reason))).toBe(true);
      expect(level !== 'low').toBe(score >= thresholds.medium);
    }),
  );
});

test('an assessment costs far less than a millisecond', () => {
  const count = 10_000;
  const started = performance.now();
  for (let n = 0; n < count; n += 1) assessRisk({ ...calm, ...elsewhere, recentFailures: n % 20 }, thresholds);
  expect((performance.now() - started) / count).toBeLessThan(1);
});

test('medium risk without any other channel waits: nobody is let through because there is nothing to ask', () => {
  const { recovery } = defaultPolicy;
  expect(decideRecovery('low', recovery, 0)).toEqual({ demands: 'nothing' });
  expect(decideRecovery('medium', recovery, 1)).toEqual({ demands: 'other_channel' });
  expect(decideRecovery('medium', recovery, 0)).toEqual({ demands: 'waiting', by: 'cool_down', hours: 24 });
  expect(decideRecovery('high', recovery, 3)).toEqual({ demands: 'waiting', by: 'cool_down', hours: 24 });
  expect(decideRecovery('high', { ...recovery, whenHigh: 'approval' }, 3)).toMatchObject({ by: 'approval' });
  expect(decideRecovery('medium', { ...recovery, whenMedium: 'nothing' }, 0)).toEqual({ demands: 'nothing' });
});
