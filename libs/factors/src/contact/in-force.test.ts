import fc from 'fast-check';
import { inForce } from './in-force.ts';

const HOUR_MS = 3_600_000;
const hour = (hours: number) => new Date(hours * HOUR_MS);

/** One change after the other, by its hour; the first address stood from the beginning. */
function after(changes: readonly { hour: number; address: string | undefined }[], at: number, waitHours: number) {
  let current: { address: string; since: Date | undefined } | undefined = { address: 'own', since: undefined };
  const before: { address: string; since: Date | undefined; until: Date }[] = [];
  for (const { hour: when, address } of changes) {
    if (current !== undefined) before.unshift({ ...current, until: hour(when) });
    current = address === undefined ? undefined : { address, since: hour(when) };
  }
  return inForce({ current, before }, waitHours, hour(at));
}

test.each([
  ['one that never changed counts', [], 0, 'own'],
  ['a new one does not count an hour before the end of the wait', [{ hour: 0, address: 'new' }], 23, 'own'],
  ['a new one counts at the end of the wait', [{ hour: 0, address: 'new' }], 24, 'new'],
  ['one that was taken away goes on counting', [{ hour: 0, address: undefined }], 900, 'own'],
  [
    'one that only passed through never counts',
    [
      { hour: 0, address: 'passing' },
      { hour: 23, address: 'new' },
    ],
    46,
    'own',
  ],
  [
    'the last one that had come to count goes on while the next one waits',
    [
      { hour: 0, address: 'second' },
      { hour: 100, address: 'third' },
    ],
    110,
    'second',
  ],
] as const)('%s', (_title, changes, at, expected) => {
  expect(after(changes, at, 24)).toBe(expected);
});

test('who had an address or number always has one, and never one that stood for less than the wait', () => {
  const change = fc.record({ step: fc.nat(48), address: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat(48), fc.nat(48), (steps, more, waitHours) => {
      let at = 0;
      const changes = steps.map(({ step, address }) => {
        at += step;
        return { hour: at, address };
      });
      const found = after(changes, at + more, waitHours);
      expect(found).toBeDefined();
      if (found === 'own') return;
      const ends = [...changes.slice(1).map((next) => next.hour), at + more];
      expect(
        changes.some(({ address, hour: from }, n) => address === found && (ends[n] ?? 0) - from >= waitHours),
      ).toBe(true);
    }),
  );
});
