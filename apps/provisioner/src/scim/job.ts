import { surveyOn, workOn } from '@sparekey/provisioning';
import type { Job } from '../jobs/schedule.ts';
import { sideBySide } from '../jobs/side-by-side.ts';
import { type ScimParts, scimWorkerParts } from './worker-parts.ts';

/** Marks folded in one statement. */
const BATCH = 5000;
const LOOK_EVERY_MS = 500;

/**
 * Keeps targets in step: folds marks into tasks and works on every connection that has some, each at its own speed, so
 * that one that is slow holds up no other; looks through those that somebody wants to know the state of. On the signal it
 * ends what is in flight and gives its tasks back.
 */
export function scimJob(given: ScimParts): Job {
  const parts = scimWorkerParts(given);
  return {
    name: 'keep directories in step',
    everySeconds: 1,
    async run(signal) {
      const { begin, ended } = sideBySide(given.logger, 'a directory could not be kept in step');
      try {
        while (!signal.aborted) {
          while ((await parts.queue.fold(BATCH)) === BATCH);
          for (const due of await parts.queue.due()) begin(due.connectionId, due, () => workOn(parts, due, signal));
          for (const due of await parts.surveys.due('target'))
            begin(due.runId, due, () => surveyOn(parts, due, signal));
          await parts.runs.settle();
          await parts.wait(LOOK_EVERY_MS, signal);
        }
      } finally {
        await ended();
      }
    },
  };
}
