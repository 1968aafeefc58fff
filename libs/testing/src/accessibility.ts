import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Result } from 'axe-core';
import type { Page } from 'playwright-core';

let source: Promise<string> | undefined;

/**
 * Rejects with every violation of WCAG 2.2 A and AA and of axe's best practices that axe-core finds on the page as it is now: the
 * rule, what to do, and the element. It finds a part of what people meet; keyboard and words still need a look.
 */
export async function expectAccessible(page: Page): Promise<void> {
  source ??= readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  // Evaluated through the debugger, which no Content-Security-Policy of the page stops; not in a session of our own, whose end takes
  // the virtual authenticators of the page with it.
  await page.evaluate(await source);
  // The rest of what axe tells, of every rule and element that is well, would take longer to bring here than to find.
  const violations: Result[] = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  }).then(({ violations }) => violations)`);
  if (violations.length === 0) return;
  const found = violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id} (${violation.impact}): ${node.html}\n  ${node.failureSummary ?? violation.help}`,
    ),
  );
  throw new Error(`${page.url()} is not accessible:\n${found.join('\n')}`);
}
