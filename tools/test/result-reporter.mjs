import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Jest reporter: writes what was counted into the project, where `npm test` adds it up and where nx keeps it with a cached run.
 * It is written at the very end, so that a run that was killed leaves none.
 */
export default class ResultReporter {
  #directory;

  constructor(globalConfig) {
    this.#directory = join(globalConfig.rootDir, '.test-output');
  }

  onRunComplete(_contexts, results) {
    const counted = {
      passed: results.numPassedTests,
      failed: results.numFailedTests,
      skipped: results.numPendingTests + results.numTodoTests,
      // A file that cannot even be loaded has no tests to fail.
      brokenFiles: results.numRuntimeErrorTestSuites,
    };
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(join(this.#directory, 'result.json'), `${JSON.stringify(counted)}\n`);
  }
}
