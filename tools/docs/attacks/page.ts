import { generatedFrom, markdownTable, type Page } from '../page.ts';
import { type Attack, holes, recoveryAttacks } from './index.ts';

const intro = `Products like this one have been broken into before. Each row is something that went wrong in one of them: where it was made public, what happened there, what holds here instead, and the tests that prove it. A test that was written for a row begins its title with it.

The tests in \`apps/provider/test/attacks\` attack through a small adapter, \`target.ts\`: browsers, forms, and whoever administers people. With an adapter of its own another OpenID provider can be attacked by the same tests wherever a hole can be seen from outside.`;

export const page: Page = {
  path: 'docs/reference/attacks.md',
  render: () =>
    [
      generatedFrom('tools/docs/attacks/'),
      '# Attacks',
      '',
      intro,
      '',
      '## Around recovery',
      '',
      table(recoveryAttacks),
      '',
      '## Other holes',
      '',
      table(holes),
      '',
    ].join('\n'),
};

const table = (attacks: readonly Attack[]): string =>
  markdownTable(
    ['Row', 'Made public', 'What went wrong there', 'What holds here', 'Tests'],
    attacks.map((attack) => [attack.id, attack.known, attack.hole, attack.holds, testsOf(attack)]),
  );

function testsOf({ tests }: Attack): string {
  if (tests === undefined) return 'does not apply yet';
  const files = Object.entries(tests).map(([file, titles]) => {
    const link = `[${file.split('/').at(-1)}](../../${file})`;
    return `${link}: ${titles.map((title) => `“${title}”`).join('; ')}`;
  });
  return files.join('<br>');
}
