import { AppError } from '@sparekey/contracts';
import type { Peppers } from '@sparekey/factors';
import type { Keyring } from './keyring.ts';

/** Peppers of one purpose, one for each master key: what was made under an earlier one keeps its own. */
export function peppersFor(keyring: Keyring, purpose: string): Peppers {
  const key = (id: string) => keyring.deriveKey(purpose, id);
  return {
    current: { id: keyring.currentKeyId, key: key(keyring.currentKeyId) },
    byId(id) {
      try {
        return key(id);
      } catch (error) {
        if (error instanceof AppError) return undefined;
        throw error;
      }
    },
  };
}
