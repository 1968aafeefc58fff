const fewest = 20;
const share = 0.4;

/** Whether so many refusals among so many writes are a sickness of the connection, and not of single people. */
export function isSick({ writes, refused }: { writes: number; refused: number }): boolean {
  return writes >= fewest && refused > writes * share;
}

export interface Brake {
  count: number;
  percent: number;
}

/**
 * Whether so many people may be disabled or deleted unasked: as many as `count`, or `percent` of all who are known,
 * whichever is more. `wanted` counts those of the last hour too, so that a slow leak is one as well.
 */
export function mayPass({ count, percent }: Brake, wanted: number, known: number): boolean {
  return wanted <= Math.max(count, Math.floor((known * percent) / 100));
}
