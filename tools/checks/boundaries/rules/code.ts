import { isBuiltin } from 'node:module';
import { codeSites, importSites, type Rule } from '../violation.ts';
import type { SourceFile, Workspace } from '../workspace.ts';

const maxLines = 300;

function sources(workspace: Workspace, wanted: (file: SourceFile) => boolean): SourceFile[] {
  return workspace.packages.flatMap((found) => found.files).filter((file) => !file.isTest && wanted(file));
}

export const length: Rule = {
  name: 'length',
  why: `a source file has about 100 lines, ${maxLines} at most`,
  check: (workspace) =>
    sources(workspace, (file) => file.lines > maxLines).map((file) => ({
      where: file.path,
      message: `${file.lines} lines`,
    })),
};

/** `process.env` however it is reached: by dot, by bracket, by destructuring. */
const environmentAccess = /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*(?:\?\.)?\s*\[|\benv\b[^{}]*\}\s*=\s*process\b/;

export const environment: Rule = {
  name: 'environment',
  why: 'settings are read by libs/config and nowhere else (tools and tests may)',
  check: (workspace) => {
    const bound = (file: SourceFile): boolean =>
      !file.isTest && file.package.layer !== 'tool' && !file.path.startsWith('libs/config/');
    return [
      ...sources(workspace, bound).flatMap((file) =>
        codeSites(file, environmentAccess).map(({ where, text }) => ({ where, message: text })),
      ),
      ...importSites(workspace, bound)
        .filter(({ site }) => site.specifier === 'node:process' || site.specifier === 'process')
        .map(({ where }) => ({ where, message: 'use the global process, so that its use shows' })),
    ];
  },
};

/** Deterministic functions of modules that also do I/O or hand out randomness. */
const pureBuiltins: Record<string, ReadonlySet<string>> = {
  'node:crypto': new Set(['createHash', 'createHmac', 'hash', 'hkdfSync', 'timingSafeEqual', 'KeyObject']),
  'node:buffer': new Set(['Buffer']),
  'node:assert/strict': new Set(['default']),
};

/** Packages that compute and nothing else. */
const purePackages = new Set(['zod']);

/** What makes the outcome depend on more than the arguments. */
const impure = new RegExp(
  [
    String.raw`\bDate\s*\.\s*now\b`,
    String.raw`\bnew\s+Date\s*(?:\(\s*\)|(?=[;,)\]}\n]))`,
    String.raw`(?<!\bnew\s+)(?<![.\w])\bDate\s*\(`,
    String.raw`\bperformance\s*\.`,
    String.raw`\bMath\s*\.\s*random\b`,
    String.raw`\b(?:randomBytes|randomUUID|randomInt|randomFill|getRandomValues)\b`,
    String.raw`(?<![.\w])crypto\s*\.`,
    String.raw`\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(`,
    String.raw`(?<![.\w])fetch\s*\(`,
    String.raw`(?<![.\w])(?:process|console|globalThis)\s*\.`,
    String.raw`\bimport\.meta\b`,
  ].join('|'),
);

/** Names an import clause brings in, before `as`; `*` for a namespace, `default` for a default import. */
function importedNames(clause: string): string[] {
  const braces = /\{([^}]*)\}/.exec(clause);
  const named = (braces?.[1] ?? '')
    .split(',')
    .map(
      (part) =>
        part
          .replace(/^\s*type\s+/, '')
          .trim()
          .split(/\s+as\s+/)[0] ?? '',
    )
    .filter((name) => name !== '');
  const rest = clause
    .replace(/\{[^}]*\}/, '')
    .replace(/^type\b/, '')
    .replace(/,/g, ' ')
    .trim();
  if (rest === '') return named;
  return [...named, rest.startsWith('*') ? '*' : 'default'];
}

function impureImport(specifier: string, clause: string): string | undefined {
  const builtin = specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  if (isBuiltin(specifier)) {
    const allowed = pureBuiltins[builtin];
    const names = importedNames(clause);
    const refused = names.length === 0 ? ['*'] : names.filter((name) => !allowed?.has(name));
    return refused.length > 0 ? `${refused.join(', ')} of ${specifier}` : undefined;
  }
  if (/^\.|^@sparekey\//.test(specifier)) return undefined;
  return purePackages.has(specifier.split('/')[0] ?? '') ? undefined : `the package ${specifier}`;
}

export const purity: Rule = {
  name: 'purity',
  why: 'pure code does no I/O and takes time and randomness as arguments',
  check: (workspace) => {
    const pure = (file: SourceFile): boolean => !file.isTest && file.package.layer === 'pure';
    return [
      ...importSites(workspace, pure).flatMap(({ site, where }) => {
        const refused = site.specifier === undefined ? undefined : impureImport(site.specifier, site.clause);
        return refused === undefined ? [] : [{ where, message: `pure code imports ${refused}` }];
      }),
      ...sources(workspace, pure).flatMap((file) =>
        codeSites(file, impure).map(({ where, text }) => ({ where, message: `pure code uses ${text}` })),
      ),
    ];
  },
};
