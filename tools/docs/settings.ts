import { describeSettings } from '@sparekey/config';
import { generatedFrom, markdownTable, type Page } from './page.ts';

export const page: Page = {
  path: 'docs/reference/settings.md',
  render: () =>
    [
      generatedFrom('libs/config/src/settings.ts'),
      '# Settings',
      '',
      'Environment variables, read once at the start; an empty one counts as absent. A start with a wrong one ends with all problems at once. `npm run sparekey -- config` prints what is in force, without secrets.',
      '',
      markdownTable(
        ['Variable', 'Meaning', 'Default', 'Accepts'],
        describeSettings().map((setting) => [
          `\`${setting.name}\`${setting.secret ? ' (secret)' : ''}`,
          setting.description,
          setting.default,
          setting.accepts,
        ]),
      ),
      '',
    ].join('\n'),
};
