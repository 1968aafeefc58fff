import type { PullDoor } from './ports.ts';

/** Ends a transaction of which nothing is to stay. */
class Undone extends Error {}

/** A door behind which everything is done as ever, by the same code, and nothing stays. */
export function dryDoor({ transaction }: PullDoor): PullDoor {
  return {
    async transaction(work) {
      const came = Promise.withResolvers<Awaited<ReturnType<typeof work>>>();
      try {
        await transaction(async (inside) => {
          came.resolve(await work(inside));
          throw new Undone('nothing of it stays');
        });
      } catch (error) {
        if (!(error instanceof Undone)) throw error;
      }
      return came.promise;
    },
  };
}
