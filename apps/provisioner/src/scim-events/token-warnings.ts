import type { Storage } from '@sparekey/storage';
import type { Job } from '../jobs/schedule.ts';

/** Time enough to type a new token in at a directory. */
const WARN_DAYS = 14;
const BATCH = 100;

/** Says in the audit trail, once, that a directory's token ends soon: whoever watches the trail hears of it in time. */
export async function warnOfTokens(storage: Storage): Promise<number> {
  return storage.transaction(async (stores) => {
    const ending = await stores.scimTokens.takeExpiring(WARN_DAYS, BATCH);
    for (const { realmId, connection, id, expiresAt } of ending) {
      await stores.audit.append({
        type: 'scim_token.expiring',
        realmId,
        actor: { kind: 'system' },
        outcome: 'success',
        detail: { connection, resource: id, days: Math.ceil((expiresAt.getTime() - Date.now()) / 86_400_000) },
      });
    }
    return ending.length;
  });
}

export function scimTokenJobs(storage: Storage): Job[] {
  return [
    {
      name: 'warn of scim tokens',
      everySeconds: 3600,
      async run(signal) {
        while (!signal.aborted && (await warnOfTokens(storage)) === BATCH);
      },
    },
  ];
}
