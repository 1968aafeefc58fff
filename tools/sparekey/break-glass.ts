import { randomBytes } from 'node:crypto';
import { createEmergencyPasses, createHashEngine, createSealedCodes } from '@sparekey/factors';
import type { BreakGlassDependencies } from '@sparekey/realms';
import { peppersFor, type Storage } from '@sparekey/storage';

/** Break glass on the database of a command. */
export function breakGlassOn({ stores, transaction, attempts, keyring }: Storage): BreakGlassDependencies {
  return {
    stores,
    transaction: (work) => transaction(work),
    attempts,
    sealedCodes: createSealedCodes({
      engine: createHashEngine({ random: randomBytes }),
      peppers: peppersFor(keyring, 'break-glass-pepper'),
      clock: () => new Date(),
      random: randomBytes,
    }),
    passes: createEmergencyPasses({ key: keyring.deriveKey('break-glass-pass'), random: randomBytes }),
  };
}

/** Realm that is meant when none is named: the one of administrators. */
export const DEFAULT_REALM = 'master';
