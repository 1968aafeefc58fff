import { leakedDigest } from './breached-file.ts';
import type { BreachedPasswords } from './new-password.ts';

/** Hexadecimal digits of the digest that leave this machine (k-anonymity: some hundreds of passwords share them). */
const PREFIX_DIGITS = 5;

/**
 * A list behind a range URL, as of Have I Been Pwned: asked for the first five digits of the digest, it answers with the
 * endings it knows as `ENDING:count` lines; padding has the count 0. `request` guards, caps and times out the exchange;
 * it rejects unless the answer is a 200. `onFailure` hears why a look-up gave no answer.
 */
export function breachedPasswordRange(
  request: (prefix: string) => Promise<string>,
  onFailure: (error: unknown) => void,
): BreachedPasswords {
  return {
    async find(password) {
      const digest = leakedDigest(password);
      try {
        const answer = await request(digest.slice(0, PREFIX_DIGITS));
        return endings(answer).has(digest.slice(PREFIX_DIGITS)) ? 'found' : 'absent';
      } catch (error) {
        onFailure(error);
        return 'unknown';
      }
    },
  };
}

function endings(answer: string): Set<string> {
  const known = new Set<string>();
  for (const line of answer.split('\n')) {
    const [, ending, count] = /^([0-9A-F]{35}):(\d{1,12})$/i.exec(line.trim()) ?? [];
    if (ending === undefined) {
      // A page of a proxy is no list: taking it for an empty one would let every password pass as checked.
      if (line.trim() !== '') throw new Error('the answer is no list of endings');
    } else if (Number(count) > 0) known.add(ending.toUpperCase());
  }
  return known;
}
