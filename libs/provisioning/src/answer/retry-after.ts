/** Nobody is asked to wait longer. */
const maxSeconds = 24 * 3600;

/**
 * Seconds that a Retry-After header asks for (RFC 9110 §10.2.3): a number of seconds or an HTTP-date, 1 to 86,400.
 * Undefined when it is neither, or a date that is over.
 */
export function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Math.min(Math.max(Number(text), 1), maxSeconds);
  // The three forms of an HTTP-date begin with the day of the week; Date would read much else too.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  const seconds = Math.ceil((at - now.getTime()) / 1000);
  return Number.isNaN(seconds) || seconds <= 0 ? undefined : Math.min(seconds, maxSeconds);
}
