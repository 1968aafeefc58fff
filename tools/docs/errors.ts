import { errorCodes } from '@sparekey/contracts';
import { generatedFrom, markdownTable, type Page } from './page.ts';

export const page: Page = {
  path: 'docs/reference/errors.md',
  render: () =>
    [
      generatedFrom('libs/contracts/src/errors.ts'),
      '# Error codes',
      '',
      'Machines get an error as `application/problem+json` (RFC 9457) with one of these in `code`; people get a page that says the same. A code never changes its meaning.',
      '',
      markdownTable(
        ['Code', 'Status', 'Meaning'],
        Object.entries(errorCodes).map(([code, { status, title }]) => [`\`${code}\``, String(status), title]),
      ),
      '',
    ].join('\n'),
};
