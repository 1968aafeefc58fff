/** Random numbers that one printed seed brings back (mulberry32). */
export interface Seeded {
  readonly seed: number;
  /** From 0 to below `bound`. */
  below(bound: number): number;
  shuffled<T>(list: readonly T[]): T[];
}

/** The seed of `SPAREKEY_FAULT_SEED`, or a new one. */
export function seeded(): Seeded {
  const seed = Number(process.env.SPAREKEY_FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
  return {
    seed,
    below,
    shuffled(list) {
      return list
        .map((item) => ({ item, at: below(2 ** 31) }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item);
    },
  };
}

/** How many kills of each kind a run makes: `SPAREKEY_FAULT_KILLS`, or few enough for every run of the tests. */
export function killsOfEach(usual: number): number {
  return Number(process.env.SPAREKEY_FAULT_KILLS ?? usual);
}
