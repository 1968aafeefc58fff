// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code under test
import { readSource } from './source-text.ts';

const specifiers = (source: string) => readSource(source).imports.map((site) => site.specifier);

test.each([
  ["import a from 'x';", ['x']],
  ["import type { A } from 'x';", ['x']],
  ["import * as a from 'x';", ['x']],
  ["import a, { type B, c as d } from 'x';", ['x']],
  ["import {\n  a,\n  b,\n} from 'x';", ['x']],
  ["import 'x';", ['x']],
  ["export * from 'x';", ['x']],
  ["export * as a from 'x';", ['x']],
  ["export type { A } from 'x';", ['x']],
  ["const a = await import('x');", ['x']],
  ["type A = typeof import('x');", ['x']],
  ["type A = import('x').B;", ['x']],
  ["const a = require('x');", ['x']],
  ["import.meta.resolve('x');", ['x']],
  ['import(`x`);', ['x']],
  ["import a from'x'", ['x']],
  ["import/* why */a/* not */from/* ? */'x';", ['x']],
  ['import(name);', [undefined]],
  ['import(`./${name}.ts`);', [undefined]],
  ["const a = `${await import('x')}`;", ['x']],
  ["const a = `text ${b ? `${c}` : {}} text`; import d from 'x';", ['x']],
  ["const a = /['\"`]/; import b from 'x';", ['x']],
  ["const a = b / c; import d from 'x'; const e = f / g;", ['x']],
  ["const a = 'it\\'s'; import b from 'x';", ['x']],
  ["// import a from 'no';\nimport b from 'x';", ['x']],
  ["/* import a from 'no'; */", []],
  ['const a = "import b from \'no\'";', []],
  ["const a = `import b from 'no'`;", []],
  ["const a = Array.from('no');", []],
  ["const a = b.require('no');", ['no']],
  ["export const a = 'no';", []],
  ["export const from = 'no';", []],
  ["/* never closed import 'no'", []],
])('the imports of %j are %j', (source, expected) => {
  expect(specifiers(source)).toEqual(expected);
});

test('code keeps its places, and loses what comments and strings say', () => {
  const { code, lines } = readSource("const a = 'process.env'; // process.env\n/* process.env */ process.env;\n");
  expect(code).toBe("const a = '           ';               \n                  process.env;\n");
  expect(lines).toBe(2);
});
