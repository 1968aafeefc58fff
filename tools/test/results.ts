import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What `result-reporter.mjs` writes. */
export interface Counted {
  passed: number;
  failed: number;
  skipped: number;
  brokenFiles: number;
}

export interface Tally {
  passed: number;
  failed: number;
  /** Why the run is no success, one sentence each. */
  complaints: string[];
}

const resultFile = (project: string): string => join(project, '.test-output', 'result.json');

/** The projects of the repository: every directory that npm calls a workspace. */
export function projects(root: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
    })
    .filter((path) => existsSync(join(root, path, 'package.json')));
}

/** Forgets earlier results, so that none is taken for one of this run. */
export function clearResults(root: string): void {
  for (const project of projects(root)) rmSync(resultFile(join(root, project)), { force: true });
}

/**
 * Adds up what the projects counted. No result is a failure and not a zero: a project whose runner crashed or that has no test must
 * not look like one that passed; so is a skipped test.
 */
export function tally(root: string): Tally {
  const sum: Tally = { passed: 0, failed: 0, complaints: [] };
  for (const project of projects(root)) {
    const file = resultFile(join(root, project));
    if (!existsSync(file)) {
      sum.failed += 1;
      sum.complaints.push(`${project}: its tests gave no result (it has none, or they crashed).`);
      continue;
    }
    const counted = JSON.parse(readFileSync(file, 'utf8')) as Counted;
    sum.passed += counted.passed;
    sum.failed += counted.failed + counted.brokenFiles + counted.skipped;
    if (counted.failed > 0) sum.complaints.push(`${project}: ${counted.failed} failed.`);
    if (counted.brokenFiles > 0)
      sum.complaints.push(`${project}: ${counted.brokenFiles} test file(s) could not be run.`);
    if (counted.skipped > 0) sum.complaints.push(`${project}: ${counted.skipped} skipped; a test runs or goes.`);
    if (counted.passed + counted.failed + counted.brokenFiles === 0) {
      sum.failed += 1;
      sum.complaints.push(`${project}: it has no test.`);
    }
  }
  return sum;
}
