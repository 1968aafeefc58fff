import { auditCatalogue } from '@sparekey/audit';
import { generatedFrom, markdownTable, type Page } from './page.ts';

export const page: Page = {
  path: 'docs/reference/audit-events.md',
  render: () =>
    [
      generatedFrom('libs/audit/src/catalogue.ts'),
      '# Audit events',
      '',
      'Every attempt and every change of an authenticator writes one event, in the transaction of what it records. Each carries time, realm, actor, subject, outcome and, where they are known, reason, address, user agent, request, client, session and the authenticator or set of codes concerned. `detail` holds the keys listed here and no others: there is no place for a password, a code or a token.',
      '',
      markdownTable(
        ['Event', 'Severity', 'Meaning', 'Detail'],
        Object.entries(auditCatalogue).map(([type, { severity, summary, detail }]) => [
          `\`${type}\``,
          severity,
          summary,
          detail.map((key) => `\`${key}\``).join(', '),
        ]),
      ),
      '',
    ].join('\n'),
};
