import { setTimeout as wait } from 'node:timers/promises';
import type { Storage } from '@sparekey/storage';
import type { Job } from './schedule.ts';

/** Rows of one statement, and the pause after it: a sweep never holds many locks, nor floods the log of the database. */
const BATCH = 1000;
const PAUSE_MS = 50;

/** A provisioner that is down for a while must not leave a month without its partition. */
const AUDIT_MONTHS_AHEAD = 3;

/** Repeats a bounded sweep until it finds less than it may take. */
async function sweep(deleteSome: (limit: number) => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await deleteSome(BATCH)) === BATCH) await wait(PAUSE_MS);
}

/** Removes what expired, and keeps the audit trail's months ahead. */
export function housekeepingJobs(storage: Storage): Job[] {
  const { oidc, housekeeping } = storage;
  return [
    { name: 'expire tokens', everySeconds: 60, run: () => oidc.expire() },
    {
      name: 'expire sign-ins and counters',
      everySeconds: 300,
      async run(signal) {
        await sweep((limit) => housekeeping.sweepSignIns(limit), signal);
        await sweep((limit) => housekeeping.sweepChallenges(limit), signal);
        await sweep((limit) => housekeeping.sweepAttempts(limit), signal);
        await sweep((limit) => housekeeping.sweepNetworks(limit), signal);
        await sweep((limit) => housekeeping.sweepOutbox(limit), signal);
        await sweep((limit) => housekeeping.sweepActionLinks(limit), signal);
        await sweep((limit) => housekeeping.sweepSentCodes(limit), signal);
        await sweep((limit) => housekeeping.sweepSends(limit), signal);
        await sweep((limit) => housekeeping.sweepContacts(limit), signal);
        await sweep((limit) => housekeeping.sweepWebhookSecrets(limit), signal);
        await sweep((limit) => housekeeping.sweepScimEvents(limit), signal);
        await sweep((limit) => housekeeping.sweepScimRuns(limit), signal);
        await sweep((limit) => housekeeping.sweepTombstones(limit), signal);
      },
    },
    { name: 'end expired backup codes', everySeconds: 3600, run: (signal) => endExpiredSets(storage, signal) },
    {
      name: 'prepare audit partitions',
      everySeconds: 6 * 3600,
      run: () => housekeeping.prepareAuditPartitions(AUDIT_MONTHS_AHEAD),
    },
  ];
}

/** Ends sets whose time is long over: their verifiers go, and the trail tells of it. Another worker may be faster. */
export async function endExpiredSets(storage: Storage, signal: AbortSignal): Promise<void> {
  for (;;) {
    const sets = await storage.housekeeping.longExpiredSets(BATCH);
    for (const { realmId, userId, id } of sets) {
      if (signal.aborted) return;
      await storage.transaction(async (stores) => {
        const ended = await stores.backupCodes.end(realmId, userId, 'expired');
        if (ended === undefined) return;
        await stores.audit.append({
          type: 'backup_codes.expired',
          realmId,
          actor: { kind: 'system' },
          subject: userId,
          outcome: 'success',
          backupCodeSetId: id,
          detail: { left: ended.left },
        });
      });
    }
    if (sets.length < BATCH) return;
    await wait(PAUSE_MS);
  }
}
