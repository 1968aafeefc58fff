import type { RiskSignals } from '@sparekey/policy';
import type { AccountHistory } from './ports.ts';

/** A place as a GeoIP file knows it. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** By language, as the file has them: `en` in all of them. Absent in a file of countries. */
  cityNames?: Readonly<Record<string, string>>;
  /** Degrees. */
  latitude?: number;
  longitude?: number;
}

/** What is known about addresses; without files nothing is. */
export interface Places {
  placeOf(ip: string): Place | undefined;
  isBadNetwork(ip: string): boolean;
}

export interface Moment {
  ip: string;
  now: Date;
  knownDevice: boolean;
  codesLeft: number | undefined;
}

const HOUR_MS = 3_600_000;
/** GeoIP is a guess of tens of kilometres, and clocks differ: nearer or quicker than this says nothing. */
const LEAST_KM = 200;
const LEAST_HOURS = 0.1;

/** What a recovery here and now looks like beside the past of the account. */
export function riskSignals(
  history: AccountHistory,
  { ip, now, knownDevice, codesLeft }: Moment,
  places: Places,
  networkOf: (ip: string) => string,
): RiskSignals {
  const here = places.placeOf(ip);
  const countries = new Set(history.addresses.flatMap((address) => places.placeOf(address)?.country ?? []));
  const last = history.last ?? { at: history.createdAt };
  const hoursSince = (date: Date) => Math.max(0, (now.getTime() - date.getTime()) / HOUR_MS);
  return {
    newDevice: !knownDevice,
    newNetwork: !history.addresses.some((address) => networkOf(address) === networkOf(ip)),
    newCountry: here?.country === undefined || countries.size === 0 ? undefined : !countries.has(here.country),
    travelKmh: speed(last.ip === undefined ? undefined : places.placeOf(last.ip), here, hoursSince(last.at)),
    badNetwork: places.isBadNetwork(ip),
    recentFailures: history.failures,
    recentRecoveries: history.recoveries,
    idleDays: hoursSince(last.at) / 24,
    hoursSinceChange: history.changedAt && hoursSince(history.changedAt),
    codesLeft,
  };
}

function speed(from: Place | undefined, to: Place | undefined, hours: number): number | undefined {
  if (from?.latitude === undefined || from.longitude === undefined) return undefined;
  if (to?.latitude === undefined || to.longitude === undefined) return undefined;
  const km = kilometres(from.latitude, from.longitude, to.latitude, to.longitude);
  return km < LEAST_KM ? 0 : km / Math.max(hours, LEAST_HOURS);
}

/** Great-circle distance by the haversine formula, on a sphere of 6371 km. */
function kilometres(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
  const h = half(lat1, lat2) + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lon1, lon2);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}
