import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Attack, holes, recoveryAttacks } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const suite = 'apps/provider/test/attacks';
const all: readonly Attack[] = [...recoveryAttacks, ...holes];

const proofs = all.flatMap(({ id, tests = {} }) =>
  Object.entries(tests).flatMap(([file, titles]) => titles.map((title) => ({ id, file, title }))),
);

/** The titles of the tests of a file, as they are written. */
function titlesOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const test = /(?:\btest\(|\)\()\s*(['"`])((?:(?!\1)[^\\\n]|\\.)+)\1,\s*(?:async )?\(/g;
  return [...source.matchAll(test)].map(([, , title = '']) => title);
}

test('every row has one entry, in order', () => {
  const rows = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  expect(recoveryAttacks.map(({ id }) => id)).toEqual(rows('R', 18));
  expect(holes.map(({ id }) => id)).toEqual(rows('H', 62));
});

test('every test that is named exists under its title, in the file that is named', () => {
  const missing = proofs.filter(({ file, title }) => !titlesOf(file).includes(title));
  expect(missing).toEqual([]);
});

test('every test of the attack suite stands with the row that its title names', async () => {
  const files = (await readdir(join(root, suite))).filter((name) => name.endsWith('.test.ts'));
  const written = files.flatMap((name) =>
    titlesOf(`${suite}/${name}`).map((title) => ({ file: `${suite}/${name}`, title })),
  );
  expect(written.length).toBeGreaterThan(0);
  const listed = (file: string, title: string) =>
    proofs.some((proof) => proof.file === file && proof.title === title && title.startsWith(`${proof.id}: `));
  expect(written.filter(({ file, title }) => !listed(file, title))).toEqual([]);
});

test('a row that applies is named by the title of one of its tests, by its number or by what made it public', () => {
  const names = ({ id, known }: Attack) => [id, ...known.split(/[\s,;]+/).filter((word) => /\d/.test(word))];
  const unnamed = all.filter((attack) => {
    const titles = Object.values(attack.tests ?? {}).flat();
    const says = (name: string) => titles.some((title) => title.split(/[\s(),:]+/).includes(name));
    return titles.length > 0 && !names(attack).some(says);
  });
  expect(unnamed.map(({ id }) => id)).toEqual([]);
});

test('what does not apply yet says why, and what applies has a test', () => {
  for (const { id, holds, tests } of all) {
    const proven = Object.values(tests ?? {}).flat().length;
    expect([
      id,
      tests === undefined ? holds.startsWith('There is no') || holds.startsWith('There are no') : proven > 0,
    ]).toEqual([id, true]);
  }
});
