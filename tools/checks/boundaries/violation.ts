import type { ImportSite } from './source-text.ts';
import type { SourceFile, Workspace } from './workspace.ts';

export interface Violation {
  rule: string;
  /** `path:line` of the source, or the package. */
  where: string;
  message: string;
}

/** A rule of the architecture; `why` is printed with its violations. */
export interface Rule {
  name: string;
  why: string;
  check(workspace: Workspace): Omit<Violation, 'rule'>[];
}

/** Every import of every file that `wanted` lets through, with its place. */
export function importSites(
  workspace: Workspace,
  wanted: (file: SourceFile) => boolean = () => true,
): { file: SourceFile; site: ImportSite; where: string }[] {
  return workspace.packages
    .flatMap((found) => found.files)
    .filter(wanted)
    .flatMap((file) => file.imports.map((site) => ({ file, site, where: `${file.path}:${site.line}` })));
}

/** Places in the code (not in comments or strings) of one file that match. */
export function codeSites(file: SourceFile, pattern: RegExp): { where: string; text: string }[] {
  return [...file.code.matchAll(new RegExp(pattern, 'g'))].map((match) => ({
    where: `${file.path}:${file.code.slice(0, match.index).split('\n').length}`,
    text: match[0].replace(/\s+/g, ' '),
  }));
}
