import { deviceOf } from '../pages/index.ts';
import type { Services } from '../services.ts';

/** Browser, system, address and country of a visit, as far as they are known. */
export function placeOf(
  { places }: Services,
  { ip, userAgent }: { ip?: string | undefined; userAgent?: string | undefined },
) {
  const country = ip === undefined ? undefined : places.placeOf(ip)?.country;
  return { ...deviceOf(userAgent), ...(ip === undefined ? {} : { ip }), ...(country === undefined ? {} : { country }) };
}
