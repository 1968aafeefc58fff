import type { Place } from '@sparekey/factors';
import { maskAddress } from '@sparekey/http';
import { deviceOf } from '../../pages/device.ts';
import type { Services } from '../../services.ts';

/** From where something happened, as far as it is known; places are estimates of the operator's file. */
export interface Whereabouts {
  browser?: string;
  os?: string;
  /** The address, masked: "203.0.113.•••". */
  network?: string;
  place?: Pick<Place, 'country' | 'cityNames'>;
}

export function whereabouts(
  { places }: Pick<Services, 'places'>,
  { ip, userAgent }: { ip?: string | undefined; userAgent?: string | undefined },
): Whereabouts {
  const network = ip === undefined ? undefined : maskAddress(ip);
  const { country, cityNames } = (network === undefined ? undefined : places.placeOf(ip ?? '')) ?? {};
  return {
    ...deviceOf(userAgent),
    ...(network === undefined ? {} : { network }),
    ...(country === undefined ? {} : { place: { country, ...(cityNames === undefined ? {} : { cityNames }) } }),
  };
}
