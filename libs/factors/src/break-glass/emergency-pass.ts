import { createPasses, type Passes } from '../recovery/passes.ts';

/** Passes that a sealed code opens: each stands for everything its administrator lost, the password included. */
export function createEmergencyPasses(dependencies: { key: Buffer; random: (count: number) => Buffer }): Passes {
  return createPasses({
    ...dependencies,
    storeOf: ({ breakGlass }) => ({
      matches: breakGlass.matches,
      consume: breakGlass.consumePass,
    }),
  });
}
