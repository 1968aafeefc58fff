import type { AccountHistory, Place, Places } from './index.ts';
import { riskSignals } from './index.ts';

const now = new Date('2026-11-23T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

const byAddress: Record<string, Place> = {
  '192.0.2.1': { country: 'IT', latitude: 45.07, longitude: 7.69 },
  '198.51.100.1': { country: 'AU', latitude: -33.87, longitude: 151.21 },
  '192.0.3.1': { country: 'IT', latitude: 45.46, longitude: 9.19 },
};
const places: Places = { placeOf: (ip) => byAddress[ip], isBadNetwork: (ip) => ip === '203.0.113.9' };
const blind: Places = { placeOf: () => undefined, isBadNetwork: () => false };
const networkOf = (ip: string) => ip.split('.').slice(0, 3).join('.');

const history: AccountHistory = {
  last: { at: hoursAgo(1), ip: '192.0.2.1' },
  addresses: ['192.0.2.1'],
  failures: 2,
  recoveries: 1,
  createdAt: hoursAgo(10_000),
};
const at = (ip: string, with_ = places) =>
  riskSignals(history, { ip, now, knownDevice: true, codesLeft: 4 }, with_, networkOf);

test('the place of the last sign-in is no news', () => {
  expect(at('192.0.2.1')).toMatchObject({ newNetwork: false, newCountry: false, travelKmh: 0, badNetwork: false });
});

test('another continent an hour later is faster than anybody travels; the next town is not', () => {
  expect(at('198.51.100.1')).toMatchObject({ newNetwork: true, newCountry: true });
  expect(at('198.51.100.1').travelKmh).toBeGreaterThan(16_000);
  expect(at('192.0.3.1')).toMatchObject({ newNetwork: true, newCountry: false, travelKmh: 0 });
});

test('without a GeoIP file places are not known, and not held against anybody; networks still are', () => {
  expect(at('198.51.100.1', blind)).toMatchObject({ newNetwork: true, newCountry: undefined, travelKmh: undefined });
});

test('an account that nobody signed in to yet counts from its creation, and has no country to compare with', () => {
  const unused: AccountHistory = { addresses: [], failures: 0, recoveries: 0, createdAt: hoursAgo(48) };
  const signals = riskSignals(unused, { ip: '192.0.2.1', now, knownDevice: false, codesLeft: 9 }, places, networkOf);
  expect(signals).toMatchObject({ idleDays: 2, newCountry: undefined, travelKmh: undefined, newNetwork: true });
});
