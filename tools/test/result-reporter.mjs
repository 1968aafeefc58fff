import { mkdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Jest reporter: writes what was counted of each project into it, where `npm test` adds it up. It is written at the very end, so that a
 * run that was killed leaves none.
 */
export default class ResultReporter {
  onRunComplete(contexts, { testResults }) {
    for (const { config } of contexts) {
      const files = testResults.filter(({ testFilePath }) => testFilePath.startsWith(config.rootDir + sep));
      const sum = (count) => files.reduce((total, file) => total + count(file), 0);
      const counted = {
        passed: sum((file) => file.numPassingTests),
        failed: sum((file) => file.numFailingTests),
        skipped: sum((file) => file.numPendingTests + file.numTodoTests),
        // A file that cannot even be loaded has no tests to fail.
        brokenFiles: sum((file) => (file.testExecError ? 1 : 0)),
      };
      const directory = join(config.rootDir, '.test-output');
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'result.json'), `${JSON.stringify(counted)}\n`);
    }
  }
}
