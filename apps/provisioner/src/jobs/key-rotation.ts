import type { Logger } from '@sparekey/http';
import { advanceRotation, rotationTiming } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import type { Job } from './schedule.ts';

/**
 * Makes the moves of signing keys that are due in any realm: a key that was published long enough signs, one whose last
 * tokens are gone retires. Beginning a rotation is an operator's decision (`sparekey keys rotate`).
 */
export function keyRotationJob(storage: Storage, logger: Logger): Job {
  return {
    name: 'advance key rotation',
    everySeconds: 60,
    async run(signal) {
      for (const realm of await storage.stores.realms.list()) {
        if (signal.aborted) return;
        const moves = await storage.transaction((stores) =>
          advanceRotation(stores, realm.id, new Date(), rotationTiming(realm), { kind: 'system' }),
        );
        for (const { kid, alg, to } of moves)
          logger.info({ realm: realm.name, kid, alg, state: to }, 'signing key moved');
      }
    },
  };
}
