import { type PullParts, pullFrom, type SurveyParts, surveySource } from '@sparekey/provisioning';
import type { Job } from '../jobs/schedule.ts';
import { sideBySide } from '../jobs/side-by-side.ts';
import { type ScimParts, scimWorkerParts } from '../scim/worker-parts.ts';
import { pullDoor } from './door.ts';

const LOOK_EVERY_MS = 1000;

/** What a reader of sources is made of here. */
export function scimPullParts(given: ScimParts): PullParts & SurveyParts {
  const { storage } = given;
  return {
    ...scimWorkerParts(given),
    pulls: storage.scim.pulls,
    runs: storage.scim.runs,
    door: (connection) => pullDoor(storage, connection),
    onUnread: (err, resource) => given.logger.error({ err, ...resource }, 'a person or group could not be read'),
  };
}

/**
 * Reads sources that are due, each by itself, and finds out what reading one would do when somebody wants to know. On the
 * signal a reading ends after the resource it is at, and goes on there later.
 */
export function scimPullJob(given: ScimParts): Job {
  const parts = scimPullParts(given);
  return {
    name: 'read directories',
    everySeconds: 1,
    async run(signal) {
      const { begin, ended } = sideBySide(given.logger, 'a directory could not be read');
      try {
        while (!signal.aborted) {
          for (const due of await parts.pulls.due()) begin(due.connectionId, due, () => pullFrom(parts, due, signal));
          for (const due of await parts.surveys.due('source')) {
            begin(due.runId, due, () => surveySource(parts, due, signal));
          }
          await parts.wait(LOOK_EVERY_MS, signal);
        }
      } finally {
        await ended();
      }
    },
  };
}
