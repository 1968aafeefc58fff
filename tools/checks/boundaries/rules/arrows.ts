import { importSites, type Rule } from '../violation.ts';
import { type Layer, layers, type Package, type SourceFile, splitSpecifier, type Workspace } from '../workspace.ts';

/** Which layers a layer may use. A layer that lists itself does so for libraries that build on each other. */
const arrows: Record<Layer, readonly Layer[]> = {
  app: ['adapter', 'domain', 'pure'],
  adapter: ['adapter', 'domain', 'pure'],
  domain: ['domain', 'pure'],
  pure: ['pure'],
  ui: ['pure'],
  testing: ['adapter', 'domain', 'pure'],
  // Tools stand above everything: the bench runs the provider in a process of its own making.
  tool: ['app', 'adapter', 'domain', 'pure'],
};

/** Tests of any layer run against the real things: they may use every library, but no app. */
const reachOfTests: readonly Layer[] = ['adapter', 'domain', 'pure', 'testing', 'ui'];

function refusal(from: Package, to: Package, fromTest: boolean): string | undefined {
  if (from === to || from.layer === undefined || to.layer === undefined) return undefined;
  const allowed = fromTest ? [...arrows[from.layer], ...reachOfTests] : arrows[from.layer];
  if (!allowed.includes(to.layer)) return `${from.layer} ${from.name} may not use ${to.layer} ${to.name}`;
  if (from.layer === 'ui' && to.name !== '@sparekey/contracts') return `ui ${from.name} may use contracts only`;
  return undefined;
}

function target(workspace: Workspace, specifier: string | undefined): Package | undefined {
  return specifier === undefined ? undefined : workspace.byName.get(splitSpecifier(specifier).name);
}

export const layerTag: Rule = {
  name: 'layer-tag',
  why: `every package says its layer by one nx tag: ${layers.map((layer) => `layer:${layer}`).join(', ')}`,
  check: ({ packages }) =>
    packages
      .filter((found) => found.layer === undefined)
      .map((found) => ({ where: `${found.folder}/package.json`, message: 'no known layer tag, or several' })),
};

export const arrowsOneWay: Rule = {
  name: 'arrows',
  why: 'arrows run one way: app → adapter → domain → pure; ui sees contracts only; apps never use apps, nobody uses tools',
  check: (workspace) => [
    ...workspace.packages.flatMap((from) =>
      [...from.dependencies].flatMap((name) => {
        const to = workspace.byName.get(name);
        const message = to && refusal(from, to, from.layer === 'testing');
        return message ? [{ where: `${from.folder}/package.json`, message }] : [];
      }),
    ),
    ...importSites(workspace).flatMap(({ file, site, where }) => {
      const to = target(workspace, site.specifier);
      // Testing in product code has a rule and a reason of its own.
      if (to === undefined || to.layer === 'testing') return [];
      const message = refusal(file.package, to, file.isTest);
      return message ? [{ where, message }] : [];
    }),
  ],
};

const usesTesting = (file: SourceFile): boolean => !file.isTest;

export const testingInTestsOnly: Rule = {
  name: 'testing',
  why: 'libs/testing is used by *.test.ts files and by helpers in test/ folders only',
  check: (workspace) => [
    ...importSites(workspace, usesTesting).flatMap(({ site, where }) =>
      target(workspace, site.specifier)?.layer === 'testing' ? [{ where, message: 'product code uses testing' }] : [],
    ),
    ...workspace.packages.flatMap((from) =>
      [...from.dependencies]
        .filter((name) => workspace.byName.get(name)?.layer === 'testing')
        .map((name) => ({ where: `${from.folder}/package.json`, message: `${name} belongs to devDependencies` })),
    ),
  ],
};

export const noCycles: Rule = {
  name: 'cycle',
  why: 'packages that need each other are one package',
  check: (workspace) => {
    const edges = new Map(workspace.packages.map((from) => [from.name, usedBy(workspace, from)]));
    const found = new Map<string, string>();
    const walk = (name: string, path: readonly string[]): void => {
      const start = path.indexOf(name);
      if (start >= 0) {
        const cycle = path.slice(start);
        found.set([...cycle].sort().join(), [...cycle, name].join(' → '));
        return;
      }
      for (const next of edges.get(name) ?? []) walk(next, [...path, name]);
    };
    for (const name of edges.keys()) walk(name, []);
    return [...found.values()].map((cycle) => ({ where: cycle.split(' ')[0] ?? '', message: cycle }));
  },
};

/** What the product code of a package needs of the workspace; tests may lean on each other's packages. */
function usedBy(workspace: Workspace, from: Package): Set<string> {
  const imported = from.files
    .filter((file) => !file.isTest)
    .flatMap((file) => file.imports)
    .flatMap((site) => target(workspace, site.specifier)?.name ?? []);
  const declared = [...from.dependencies].filter((name) => workspace.byName.has(name));
  return new Set([...imported, ...declared].filter((name) => name !== from.name));
}
