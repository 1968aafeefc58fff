import { type Finding, findingKinds } from '@sparekey/realms';

/** Findings for people, a line for each kind. `--json` gives every single one. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findingKinds(findings).map(({ path, why, count }) => {
    const more = count > 1 ? `  (and ${(count - 1).toLocaleString('en')} more)` : '';
    return `  ${path}: ${why}${more}`;
  });
}
