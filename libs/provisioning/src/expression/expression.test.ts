import fc from 'fast-check';
import { evaluate } from './evaluate.ts';
import { functions } from './functions.ts';
import { parseExpression } from './parse.ts';
import { ExpressionError } from './token.ts';
import type { Value } from './value.ts';
import { EvaluationError } from './value.ts';

const user = {
  username: 'zoe',
  email: 'Zoë@Acme.example',
  firstName: 'Zoë',
  lastName: null,
  enabled: true,
  attributes: { department: ['Sales', 'Ops'], 'cost center': ['12'], empty: [] },
};
const scim: Value = {
  emails: [
    { value: 'a@x', type: 'home' },
    { value: 'b@x', type: 'work' },
    { value: 'c@x', primary: true },
  ],
};
const value = (text: string) =>
  evaluate(
    parseExpression(text, () => true),
    { user, scim },
  );

test.each([
  ['"a\\"b"', 'a"b'],
  ['user.username', 'zoe'],
  ['user.nothing.at.all', null],
  ['user.constructor', null],
  ['get(user, "__proto__")', null],
  ['lower(before(user.email, "@"))', 'zoë'],
  ['ascii(user.firstName) + "." + user.lastName', 'Zoe.'],
  ['after("no sign", "@")', ''],
  ['join(" ", user.firstName, user.lastName, "x")', 'Zoë x'],
  ['first(user.lastName, user.attributes.empty, user.attributes.department)', 'Sales'],
  ['user.lastName ?? "none"', 'none'],
  ['get(user.attributes, "cost center") == "12"', true],
  ['if(user.enabled and not contains(user.attributes.department, "HR"), "in", "out")', 'in'],
  ['case(user.username, "al", "1", "zoe", "2", "else")', '2'],
  ['replace("a.b.c", ".", "$&")', 'a$&b$&c'],
  ['main(scim.emails)', 'c@x'],
  ['main(scim.none)', null],
  ['typed(scim.emails, "work")', 'b@x'],
  ['typed(scim.emails, "other")', 'c@x'],
  ['slice("abcd", 1, 3)', 'bc'],
  ['digits("+1 (23)")', '123'],
  ['"a" == "b" or "c" != "d" and true', true],
  ['(1.5 + 2)', '1.52'],
])('%s is %j', (text, expected) => {
  expect(value(text)).toEqual(expected);
});

test.each([
  ['user.email +', 12, 'a value is missing'],
  ['lowr(user.email)', 0, 'no function lowr'],
  ['lower()', 0, 'takes 1 values, not 0'],
  ['user.shoe', 0, 'there is no user.shoe'],
  ['"open', 0, 'does not end'],
  ['a; b', 1, 'no meaning'],
  ['"a" "b"', 4, 'one word too many'],
  [`${'('.repeat(21)}1${')'.repeat(21)}`, 21, 'nested deeper'],
  [`${'1+'.repeat(300)}1`, 201, 'more than 200 parts'],
  ['x'.repeat(1025), 1024, 'longer than 1024'],
  ['lower("a" "b")', 10, '"," is missing'],
])('%s is refused at its place', (text, position, message) => {
  const parse = () => parseExpression(text, ([root]) => root === 'user' && !text.includes('shoe'));
  expect(parse).toThrow(expect.objectContaining({ position, message: expect.stringContaining(message) }));
});

test('no text brings the parser down, or out of its error', () => {
  const words = fc.constantFrom(
    'user.email',
    '(',
    ')',
    ',',
    '+',
    '??',
    'not',
    'and',
    '"',
    '\\',
    'lower(',
    'if(',
    '.',
    '1',
  );
  const arbitrary = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(words, { maxLength: 60 }).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(arbitrary, (text) => {
      try {
        evaluate(
          parseExpression(text, () => true),
          { user, scim },
        );
      } catch (error) {
        if (!(error instanceof ExpressionError || error instanceof EvaluationError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

test('a value cannot grow beyond its bounds, whatever the data', () => {
  const doubled = 'replace("aaaaaaaa", "a", user.big)';
  const parsed = parseExpression(`join("", ${Array(20).fill(doubled).join(', ')})`, () => true);
  expect(() => evaluate(parsed, { user: { big: 'x'.repeat(4000) } })).toThrow(EvaluationError);
});

test('every function says by an example what it does', () => {
  for (const [name, { about }] of Object.entries(functions)) expect(about).toContain(`${name}(`);
});
