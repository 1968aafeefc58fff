/** Not worth a line below this. */
const WORTH_TELLING = 200;
const BETWEEN_LINES_MS = 1000;

/** How far something is; `phase` is a word for people. */
export interface Distance {
  phase: string;
  done: number;
  total: number;
}

/**
 * Tells how far a long run is, with numbers: one line that changes on a terminal, a line a second elsewhere, nothing for
 * runs of less than `from`.
 */
export function progressTo(
  stream: NodeJS.WriteStream,
  { from = WORTH_TELLING }: { from?: number } = {},
): (progress: Distance) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ phase, done, total }) => {
    if (total < from) return;
    const now = performance.now();
    if (done < total && now - last < (stream.isTTY ? 50 : BETWEEN_LINES_MS)) return;
    last = now;
    const text = `${phase}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    if (!stream.isTTY) stream.write(`${text}\n`);
    else stream.write(`\r${text}${done === total ? '\n' : ''}`);
  };
}
