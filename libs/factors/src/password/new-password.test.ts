import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { breachedPasswordFile } from './breached-file.ts';
import { breachedPasswordRange } from './breached-range.ts';
import { createStrengthMeter } from './strength.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaked-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(lines: string[], ending = '\r\n') {
  const path = join(folder, 'list.txt');
  await writeFile(path, lines.length === 0 ? '' : lines.join(ending) + ending);
  const failures: unknown[] = [];
  return { list: breachedPasswordFile(path, (error) => failures.push(error)), failures };
}

test('every password of a sorted list is found in it, whatever its place, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      fc.string(),
      fc.constantFrom('\n', '\r\n'),
      async (leaked, other, ending) => {
        const lines = leaked.map((password, index) => `${sha1(password)}:${10 ** (index % 9)}`).sort();
        const { list } = await fileOf(lines, ending);
        for (const password of leaked) expect(await list.find(password)).toBe('found');
        expect(await list.find(other)).toBe(leaked.includes(other) ? 'found' : 'absent');
      },
    ),
    { numRuns: 60 },
  );
});

test('a list without counts, or without an end of its last line, is a list as well', async () => {
  const path = join(folder, 'bare.txt');
  await writeFile(path, ['a', 'b', 'c'].map(sha1).sort().join('\n'));
  const list = breachedPasswordFile(path, () => {});
  for (const password of ['a', 'b', 'c']) expect(await list.find(password)).toBe('found');
  expect(await list.find('d')).toBe('absent');
});

test('a list that is missing, or that is something else, answers nothing: it never counts as empty', async () => {
  const failures: unknown[] = [];
  const missing = breachedPasswordFile(join(folder, 'nowhere'), (error) => failures.push(error));
  expect(await missing.find('password')).toBe('unknown');
  const { list } = await fileOf(['<html>', 'not a list', '</html>'], '\n');
  expect(await list.find('password')).toBe('unknown');
  expect(failures).toHaveLength(1);
});

test('of a digest five digits leave the machine, padding is no leak, and an error page no list', async () => {
  const digest = sha1('password');
  const asked: string[] = [];
  const answering = (text: string | Error) =>
    breachedPasswordRange(
      async (prefix) => {
        asked.push(prefix);
        if (typeof text === 'string') return text;
        throw text;
      },
      () => {},
    );
  const ending = digest.slice(5);
  expect(await answering(`${'0'.repeat(35)}:3\r\n${ending}:52\r\n`).find('password')).toBe('found');
  expect(await answering(`${ending.toLowerCase()}:52`).find('password')).toBe('found');
  expect(await answering(`${ending}:0\r\n`).find('password')).toBe('absent');
  expect(await answering('').find('password')).toBe('absent');
  expect(await answering('<html>Please log in</html>').find('password')).toBe('unknown');
  expect(await answering(new Error('timeout')).find('password')).toBe('unknown');
  expect(new Set(asked)).toEqual(new Set([digest.slice(0, 5)]));
});

test('the estimate knows common passwords, keyboards, repetitions and the words it is given', async () => {
  const meter = createStrengthMeter();
  const score = (password: string) => meter.score(password, ['lovelace', 'sparekey']);
  for (const weak of ['Password1', 'qwertyuiop', 'abcabcabcabc', 'L0velace99', 'sparekey2026'])
    expect(await score(weak)).toBeLessThan(2);
  for (const strong of ['correct horse battery staple', 'xK9#mQ2$vLp1', 'tR7-plinth-ocarina'])
    expect(await score(strong)).toBeGreaterThanOrEqual(3);
});

test('while estimates of the costliest passwords run, the event loop goes on', async () => {
  const meter = createStrengthMeter();
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 5);
  await Promise.all(Array.from({ length: 8 }, () => meter.score('P@ssw0rd'.repeat(100), [])));
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(8);
});

test('of more estimates than may wait, the rest are told to come back', async () => {
  const meter = createStrengthMeter();
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => meter.score('short one', [])));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(refused[0]?.reason).toMatchObject({ code: 'overloaded' });
});
