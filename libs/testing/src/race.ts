export interface RaceResult<T> {
  fulfilled: T[];
  rejected: unknown[];
}

/**
 * Runs `runner` `n` times at once and waits for all of them. A runner may prepare (open its connection, load its page) and then
 * `await barrier()`, which lets nobody through before everybody has arrived. A runner that ends without arriving counts as
 * arrived, so that a failure shows itself instead of hanging the rest.
 */
export async function race<T>(
  n: number,
  runner: (index: number, barrier: () => Promise<void>) => Promise<T>,
): Promise<RaceResult<T>> {
  const open = Promise.withResolvers<void>();
  const waiting = new Set(Array.from({ length: n }, (_, index) => index));
  const arrive = (index: number): Promise<void> => {
    waiting.delete(index);
    if (waiting.size === 0) open.resolve();
    return open.promise;
  };
  const settled = await Promise.allSettled(
    Array.from({ length: n }, async (_, index) => {
      try {
        return await runner(index, () => arrive(index));
      } finally {
        void arrive(index);
      }
    }),
  );
  const result: RaceResult<T> = { fulfilled: [], rejected: [] };
  for (const one of settled) {
    if (one.status === 'fulfilled') result.fulfilled.push(one.value);
    else result.rejected.push(one.reason);
  }
  return result;
}
