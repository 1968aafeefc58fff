import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Rejects with every violation of WCAG 2.2 A and AA and of axe's best practices that axe-core finds on the page as it is now: the
 * rule, what to do, and the element. It finds a part of what people meet; keyboard and words still need a look.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const { default: axe } = await import('axe-core');
  // Evaluated through the debugger, which no Content-Security-Policy of the page stops.
  await page.evaluate(axe.source);
  const results: AxeResults = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  })`);
  if (results.violations.length === 0) return;
  const found = results.violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id} (${violation.impact}): ${node.html}\n  ${node.failureSummary ?? violation.help}`,
    ),
  );
  throw new Error(`${page.url()} is not accessible:\n${found.join('\n')}`);
}
