import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ResultReporter from './result-reporter.mjs';
import { type Counted, clearResults, tally } from './results.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sparekey-results-'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ workspaces: ['libs/*', 'tools'] }));
  for (const project of ['libs/a', 'tools']) {
    mkdirSync(join(root, project), { recursive: true });
    writeFileSync(join(root, project, 'package.json'), '{}');
  }
});
afterEach(() => rmSync(root, { recursive: true }));

/** One run of Jest over these projects, with one file each. */
function given(projects: Record<string, Partial<Counted>>): void {
  const files = Object.entries(projects).map(([project, counted]) => ({
    testFilePath: join(root, project, 'src/one.test.ts'),
    numPassingTests: counted.passed ?? 0,
    numFailingTests: counted.failed ?? 0,
    numPendingTests: counted.skipped ?? 0,
    numTodoTests: 0,
    testExecError: counted.brokenFiles === 1 ? new Error('cannot be loaded') : undefined,
  }));
  const contexts = Object.keys(projects).map((project) => ({ config: { rootDir: join(root, project) } }));
  new ResultReporter().onRunComplete(contexts, { testResults: files });
}

test('what passed in all projects is added up', () => {
  given({ 'libs/a': { passed: 3 }, tools: { passed: 4 } });
  expect(tally(root)).toEqual({ passed: 7, failed: 0, complaints: [] });
});

test.each<[string, Partial<Counted>]>([
  ['a failed test', { passed: 1, failed: 1 }],
  ['a file that cannot be loaded', { passed: 1, brokenFiles: 1 }],
  ['a skipped test', { passed: 1, skipped: 1 }],
  ['a project without a test', {}],
])('%s is a failure, by the name of its project', (_, counted) => {
  given({ 'libs/a': { passed: 1 }, tools: counted });
  expect(tally(root)).toMatchObject({ failed: 1, complaints: [expect.stringMatching(/^tools: /)] });
});

test('a project without a result, or with one of an earlier run only, is a failure', () => {
  given({ 'libs/a': { passed: 1 }, tools: { passed: 1 } });
  clearResults(root);
  given({ 'libs/a': { passed: 1 } });
  expect(tally(root)).toMatchObject({
    passed: 1,
    failed: 1,
    complaints: [expect.stringContaining('tools: its tests gave no result')],
  });
});
