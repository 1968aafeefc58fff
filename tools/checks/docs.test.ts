import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Links to files, without those to other hosts and within the page; what stands in code is no link. */
function fileLinks(markdown: string): string[] {
  const prose = markdown.replace(/```.*?```/gs, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]?.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

test('there is something to read', () => {
  expect(documents).toEqual(expect.arrayContaining(['CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/GLOSSARY.md']));
});

test.each(documents)('every file that %s links to exists', (path) => {
  const broken = fileLinks(read(path)).filter((target) => !existsSync(join(root, dirname(path), target)));
  expect(broken).toEqual([]);
});

test('a link to nothing would be seen', () => {
  expect(fileLinks('[a](b.md) [c](https://d.example) [e](#f) `[g](h)` [i](j.md#k)')).toEqual(['b.md', 'j.md']);
});

test('the list of decisions holds every decision, in order, by its title', () => {
  const records = globSync('docs/adr/[0-9]*.md', { cwd: root }).sort();
  const numbers = records.map((path) => Number(/(\d+)-/.exec(path)?.[1]));
  // Decisions are written side by side, so a number may be missing for a while; none is given twice.
  expect(numbers).toEqual([...new Set(numbers)]);
  const expected = records.map((path, index) => {
    const title = /^# (\d+)\. (.+)$/m.exec(read(path));
    expect([path, title?.[1]]).toEqual([path, String(numbers[index])]);
    return [path.split('/').at(-1), title?.[2]];
  });
  const rows = [...read('docs/adr/README.md').matchAll(/^\| \[\d+\]\((\S+)\) \| (.+) \|$/gm)];
  expect(rows.map((row) => [row[1], row[2]])).toEqual(expected);
});

test('the architecture tells of every package, by its layer', () => {
  const text = read('docs/ARCHITECTURE.md');
  for (const path of globSync(['apps/*/package.json', 'libs/*/package.json'], { cwd: root })) {
    const { nx } = JSON.parse(read(path)) as { nx: { tags: string[] } };
    const layer = nx.tags[0]?.replace('layer:', '');
    expect(text).toContain(`| \`${dirname(path)}\` | ${layer} |`);
  }
});
