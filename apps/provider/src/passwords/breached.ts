import type { Settings } from '@sparekey/config';
import { type BreachedPasswords, breachedPasswordFile, breachedPasswordRange } from '@sparekey/factors';
import { guardedRequest, type Logger } from '@sparekey/http';

/** A person waits for the answer, so it is not waited for long. */
const TIMEOUT_MS = 2_000;

/** A padded answer of Have I Been Pwned has some 60 kB. */
const MAX_BYTES = 256 * 1024;

/** The list of leaked passwords of these settings; without one every answer is `unknown`. */
export function breachedPasswords(
  { breachedPasswords: place, outboundAllow }: Pick<Settings, 'breachedPasswords' | 'outboundAllow'>,
  logger: Pick<Logger, 'warn'>,
): BreachedPasswords {
  const onFailure = (err: unknown) => logger.warn({ err }, 'the list of leaked passwords gave no answer');
  if (place === undefined) return { find: async () => 'unknown' };
  if ('file' in place) return breachedPasswordFile(place.file, onFailure);
  return breachedPasswordRange(async (prefix) => {
    const { status, body } = await guardedRequest(`${place.url}${prefix}`, {
      headers: { 'Add-Padding': 'true' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      allow: outboundAllow,
    });
    if (status !== 200) throw new Error(`the range service answered with status ${status}`);
    return body.toString('utf8');
  }, onFailure);
}
