import type { Progress } from '@sparekey/realms';

/** Not worth a line below this. */
const WORTH_TELLING = 200;
const BETWEEN_LINES_MS = 1000;

/**
 * Tells how far a long run is, with numbers: one line that changes on a terminal, a line a second elsewhere, nothing for
 * short runs.
 */
export function progressTo(stream: NodeJS.WriteStream): (progress: Progress) => void {
  let last = 0;
  return ({ phase, done, total }) => {
    if (total < WORTH_TELLING) return;
    const now = performance.now();
    if (done < total && now - last < (stream.isTTY ? 50 : BETWEEN_LINES_MS)) return;
    last = now;
    const text = `${phase}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    if (!stream.isTTY) stream.write(`${text}\n`);
    else stream.write(`\r${text}${done === total ? '\n' : ''}`);
  };
}
