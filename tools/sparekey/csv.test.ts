import { csvLine } from './csv.ts';
import { table } from './table.ts';

test.each([
  ['plain', 'plain'],
  ['a, b', '"a, b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=1+1', "'=1+1"],
  ['+cmd|calc', "'+cmd|calc"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1', "'  =1"],
  ['\t=1', "' =1"],
  ['＝1', "'＝1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['a\r\nb,c', '"a  b,c"'],
  ['a\nadmin', 'a admin'],
  ['a\u2028b', 'a b'],
  ['\u001b[31mred', ' [31mred'],
])('KC#36395: %j is one cell of one line, and calculates nothing', (text, expected) => {
  expect(csvLine([text, 'next'])).toBe(`${expected},next`);
});

test('a table shows what somebody typed on one line, and lets nothing of it steer the terminal', () => {
  expect(table(['name', 'x'], [['a\r\n\u001b[2Jb', 'y']])).toBe('NAME      X\na   [2Jb  y');
});
