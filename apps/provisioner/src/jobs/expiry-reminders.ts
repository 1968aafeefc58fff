import type { Storage } from '@sparekey/storage';
import type { Job } from './schedule.ts';

/** People of one transaction. */
const BATCH = 100;

/** Tells people 30, 7 and 1 days before their backup codes expire. */
export function expiryReminderJob({ expiryReminders }: Storage): Job {
  return {
    name: 'remind of expiring codes',
    everySeconds: 3600,
    async run(signal) {
      while (!signal.aborted && (await expiryReminders.tell(BATCH)) >= BATCH);
    },
  };
}
