import type { Finding } from '@sparekey/realms';

/**
 * Findings for people: those that differ only by a number, `users[0].notBefore` and `users[1].notBefore`, are one line
 * with their count. `--json` gives every single one.
 */
export function findingLines(findings: readonly Finding[]): string[] {
  const kinds = Map.groupBy(findings, ({ path, why }) => `${path.replace(/\[\d+\]/g, '[]')}\n${why}`);
  return [...kinds.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const count = more.length > 0 ? `  (and ${more.length.toLocaleString('en')} more)` : '';
    return [`  ${first.path}: ${first.why}${count}`];
  });
}
