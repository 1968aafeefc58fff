import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { readSource, type SourceText } from './source-text.ts';

export const layers = ['app', 'adapter', 'domain', 'pure', 'ui', 'testing', 'tool'] as const;
export type Layer = (typeof layers)[number];

export interface SourceFile extends SourceText {
  /** From the root of the workspace, with forward slashes. */
  path: string;
  package: Package;
  /** A test, a helper of tests, or anything of the testing library. */
  isTest: boolean;
}

export interface Package {
  name: string;
  /** Folder, from the root of the workspace. */
  folder: string;
  layer: Layer | undefined;
  dependencies: ReadonlySet<string>;
  devDependencies: ReadonlySet<string>;
  /** Keys of `exports`: `.` and subpaths. */
  exports: ReadonlySet<string>;
  files: SourceFile[];
}

export interface Workspace {
  packages: Package[];
  byName: ReadonlyMap<string, Package>;
  /** What the root's package.json gives to every package: types, the test runner, the compiler. */
  rootDependencies: ReadonlySet<string>;
}

interface Manifest {
  name?: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  exports?: Record<string, unknown>;
  nx?: { tags?: string[] };
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

const keys = (record: object | undefined): ReadonlySet<string> => new Set(Object.keys(record ?? {}));

/** Sources that are no tests but are run by tests only. */
const testFolder = /(?:^|\/)(?:test|testing|fixtures)\//;

/** Reads every package of the workspace at `root` with every source file in it. */
export function readWorkspace(root: string): Workspace {
  const top = manifest(join(root, 'package.json'));
  const packages = globSync(
    (top.workspaces ?? []).map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  )
    .sort()
    .map((path) => readPackage(root, dirname(path)));
  return {
    packages,
    byName: new Map(packages.map((found) => [found.name, found])),
    rootDependencies: keys({ ...top.dependencies, ...top.devDependencies }),
  };
}

function readPackage(root: string, folder: string): Package {
  const own = manifest(join(root, folder, 'package.json'));
  const layerTags = (own.nx?.tags ?? []).filter((tag) => tag.startsWith('layer:')).map((tag) => tag.slice(6));
  const result: Package = {
    name: own.name ?? folder,
    folder: folder.split(sep).join(posix.sep),
    layer: layerTags.length === 1 ? layers.find((layer) => layer === layerTags[0]) : undefined,
    dependencies: keys({ ...own.dependencies, ...own.optionalDependencies }),
    devDependencies: keys(own.devDependencies),
    exports: keys(own.exports),
    files: [],
  };
  const paths = globSync('**/*.{ts,tsx,mts,js,mjs,cjs}', {
    cwd: join(root, folder),
    // Configuration of the test runner is the workspace's own and reaches for its preset.
    exclude: ['**/node_modules/**', '**/dist/**', '**/coverage/**', 'jest.config.mjs'],
  });
  for (const path of paths.sort()) {
    const full = join(root, folder, path);
    const fromRoot = relative(root, full).split(sep).join(posix.sep);
    result.files.push({
      ...readSource(readFileSync(full, 'utf8')),
      path: fromRoot,
      package: result,
      isTest:
        result.layer === 'testing' ||
        /\.test\.[cm]?tsx?$/.test(path) ||
        testFolder.test(`/${path}`) ||
        // The checks are run by the test runner only.
        (result.layer === 'tool' && path.startsWith('checks/')),
    });
  }
  return result;
}

/** The package an import names, and the path behind its name: `@sparekey/http/x` is `@sparekey/http` and `./x`. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return { name: parts.slice(0, length).join('/'), subpath: ['.', ...parts.slice(length)].join('/') };
}
