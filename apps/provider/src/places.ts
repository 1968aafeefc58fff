import { readFile } from 'node:fs/promises';
import { AppError } from '@sparekey/contracts';
import type { Place, Places } from '@sparekey/factors';
import { type AddressTest, addressesIn } from '@sparekey/http';
import { type CityResponse, open } from 'maxmind';

/** Files that an operator keeps; each works without the other. */
export interface PlaceFiles {
  /** Country or city database in MaxMind's format (.mmdb). */
  geoip?: string | undefined;
  /** One address or CIDR range a line; # begins a comment. */
  badNetworks?: string | undefined;
}

/**
 * Opens the files once, at start: a renewed file counts from the next start. Without them no place is known and no
 * network is bad. Errors: `validation_failed` naming the setting whose file cannot be read.
 */
export async function openPlaces({ geoip, badNetworks }: PlaceFiles): Promise<Places> {
  const database =
    geoip === undefined ? undefined : await readable('SPAREKEY_GEOIP_FILE', () => open<CityResponse>(geoip));
  const isBad: AddressTest =
    badNetworks === undefined
      ? () => false
      : await readable('SPAREKEY_BAD_NETWORKS_FILE', async () =>
          addressesIn(lines(await readFile(badNetworks, 'utf8'))),
        );
  return {
    placeOf: (ip) => placeIn(database?.get(ip)),
    isBadNetwork: isBad,
  };
}

async function readable<T>(setting: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new AppError('validation_failed', `${setting}: ${(error as Error).message}`);
  }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean);
}

function placeIn(found: CityResponse | null | undefined): Place | undefined {
  if (!found) return undefined;
  const { country, city, location } = found;
  return {
    ...(country?.iso_code === undefined ? {} : { country: country.iso_code }),
    ...(city?.names === undefined ? {} : { cityNames: Object.fromEntries(Object.entries(city.names)) }),
    ...(location?.latitude === undefined ? {} : { latitude: location.latitude, longitude: location.longitude }),
  };
}
