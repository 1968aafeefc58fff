/** The part of Jest's results that is counted. */
export interface JestCounts {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

export default class ResultReporter {
  constructor(globalConfig: { rootDir: string });
  onRunComplete(contexts: Set<unknown>, results: JestCounts): void;
}
