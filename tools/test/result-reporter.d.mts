/** The part of Jest's result of one file that is counted. */
export interface JestFileCounts {
  testFilePath: string;
  numPassingTests: number;
  numFailingTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testExecError?: unknown;
}

export default class ResultReporter {
  onRunComplete(contexts: Iterable<{ config: { rootDir: string } }>, results: { testResults: JestFileCounts[] }): void;
}
