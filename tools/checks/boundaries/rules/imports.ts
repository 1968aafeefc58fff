import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { importSites, type Rule } from '../violation.ts';
import { type Package, type SourceFile, splitSpecifier, type Workspace } from '../workspace.ts';

const isRelative = (specifier: string): boolean => /^\.{0,2}\/|^\.{1,2}$/.test(specifier);

/** Packages that belong to one part of the product, so that replacing them is a change in one place. */
const owners: Record<string, readonly string[]> = {
  knex: ['libs/storage/', 'libs/testing/', 'tools/bench/'],
  pg: ['libs/storage/', 'libs/testing/', 'tools/bench/'],
  'oidc-provider': ['apps/provider/src/oidc/', 'tools/bench/'],
};

export const owned: Rule = {
  name: 'owner',
  why: `some packages have one owner: ${Object.entries(owners)
    .map(([name, folders]) => `${name} in ${folders.join(', ')}`)
    .join('; ')}`,
  check: (workspace) =>
    importSites(workspace).flatMap(({ file, site, where }) => {
      const name = splitSpecifier(site.specifier ?? '').name;
      const folders = owners[name];
      if (folders === undefined || folders.some((folder) => file.path.startsWith(folder))) return [];
      return [{ where, message: `${name} is imported outside ${folders.join(', ')}` }];
    }),
};

export const declared: Rule = {
  name: 'undeclared',
  why: 'a package names in its package.json what it imports; tests may also use what libs/testing and the root bring',
  check: (workspace) =>
    importSites(workspace).flatMap(({ file, site, where }) => {
      const { specifier } = site;
      if (specifier === undefined || isRelative(specifier) || isBuiltin(specifier)) return [];
      const { name } = splitSpecifier(specifier);
      if (mayUse(workspace, file, name)) return [];
      return [{ where, message: `${name} is not in ${file.package.folder}/package.json` }];
    }),
};

function mayUse(workspace: Workspace, file: SourceFile, name: string): boolean {
  const { dependencies, devDependencies } = file.package;
  if (dependencies.has(name) || name === file.package.name) return true;
  // Types are erased: @types/koa at the root serves whoever names koa itself, so it needs no exception here.
  if (!file.isTest) return false;
  const testing = workspace.packages.find((found) => found.layer === 'testing');
  return (
    devDependencies.has(name) ||
    workspace.rootDependencies.has(name) ||
    name === '@jest/globals' ||
    name === testing?.name ||
    (testing?.devDependencies.has(name) ?? false)
  );
}

function packageOf(workspace: Workspace, path: string): Package | undefined {
  return workspace.packages.find((found) => path.startsWith(`${found.folder}/`));
}

export const frontDoor: Rule = {
  name: 'front-door',
  why: 'a package is entered through its exports, never by a path into its folders',
  check: (workspace) =>
    importSites(workspace).flatMap(({ file, site, where }) => {
      const { specifier } = site;
      if (specifier === undefined) return [];
      if (isRelative(specifier)) {
        const path = posix.join(posix.dirname(file.path), specifier);
        const to = packageOf(workspace, path);
        if (to === file.package) return [];
        // npm has no dependency of storage on testing, which itself depends on storage: its tests take the path.
        if (file.isTest && to?.layer === 'testing' && path.endsWith('/src/index.ts')) return [];
        return [{ where, message: `${specifier} leaves ${file.package.folder}` }];
      }
      const { name, subpath } = splitSpecifier(specifier);
      const to = workspace.byName.get(name);
      if (to === undefined || to.exports.has(subpath)) return [];
      return [{ where, message: `${name} does not export ${subpath}` }];
    }),
};

export const followable: Rule = {
  name: 'computed-import',
  why: 'an import whose name is computed cannot be checked; tools and tests may',
  check: (workspace) =>
    importSites(workspace, (file) => !file.isTest && file.package.layer !== 'tool')
      .filter(({ site }) => site.specifier === undefined)
      .map(({ where }) => ({ where, message: 'the imported name is computed' })),
};
