import { join } from 'node:path';
import { projects } from './tools/test/results.ts';

const root = import.meta.dirname;

/** What a project's own configuration says of a run of that project alone. */
async function amongOthers(path) {
  const { maxWorkers, reporters, testTimeout, ...own } = (await import(join(root, path, 'jest.config.mjs'))).default;
  return { ...own, rootDir: join(root, path), cacheDirectory: join(root, 'node_modules/.cache/jest') };
}

/** The files of all projects in one queue, for as many workers as the smallest machine has cores. */
export default {
  projects: await Promise.all(projects(root).map(amongOthers)),
  maxWorkers: 2,
  testTimeout: 120_000,
  testSequencer: join(root, 'tools/test/longest-first.mjs'),
  reporters: ['default', join(root, 'tools/test/result-reporter.mjs')],
};
