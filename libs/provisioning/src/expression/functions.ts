import { EvaluationError, isAbsent, isList, isRecord, isTrue, textOf, type Value } from './value.ts';

interface Definition {
  least: number;
  most: number;
  about: string;
  apply(operands: readonly Value[]): Value;
}

/** A function of texts; absent as soon as its first operand is. */
function ofText(
  operands: number,
  about: string,
  apply: (text: string, ...rest: string[]) => string | boolean,
): Definition {
  return {
    least: operands,
    most: operands,
    about,
    apply(values) {
      const [text, ...rest] = values.map(textOf);
      return text === null || text === undefined ? null : apply(text, ...rest.map((each) => each ?? ''));
    },
  };
}

const at = (text: string, sign: string): number => (sign === '' ? -1 : text.indexOf(sign));

/** Everything that an expression can call. */
export const functions = {
  lower: ofText(1, 'lower("Ab") is "ab"', (text) => text.toLowerCase()),
  upper: ofText(1, 'upper("Ab") is "AB"', (text) => text.toUpperCase()),
  trim: ofText(1, 'trim(" a ") is "a"', (text) => text.trim()),
  ascii: ofText(1, 'ascii("Zoë") is "Zoe": accents are taken away', (text) =>
    text.normalize('NFD').replace(/\p{M}+/gu, ''),
  ),
  digits: ofText(1, 'digits("+1 (2)") is "12"', (text) => text.replace(/\D+/g, '')),
  before: ofText(2, 'before("a@b", "@") is "a"; the whole text without the sign', (text, sign) =>
    at(text, sign) < 0 ? text : text.slice(0, at(text, sign)),
  ),
  after: ofText(2, 'after("a@b", "@") is "b"; nothing without the sign', (text, sign) =>
    at(text, sign) < 0 ? '' : text.slice(at(text, sign) + sign.length),
  ),
  replace: ofText(
    3,
    'replace("a-b", "-", "") is "ab"; every occurrence, taken literally',
    (text, what = '', by = '') => (what === '' ? text : text.replaceAll(what, () => by)),
  ),
  starts: ofText(2, 'starts("abc", "a") is true', (text, start = '') => text.startsWith(start)),
  ends: ofText(2, 'ends("abc", "c") is true', (text, end = '') => text.endsWith(end)),
  slice: ofText(3, 'slice("abcd", 1, 3) is "bc"', (text, from, to) => text.slice(Number(from), Number(to))),
  join: {
    least: 2,
    most: Infinity,
    about: 'join(" ", "a", null, "b") is "a b": what is absent leaves no gap; lists are joined too',
    apply([separator = null, ...rest]) {
      const texts = rest.flatMap((value) => (isList(value) ? value : [value])).map(textOf);
      return texts.filter((text) => text !== null && text !== '').join(textOf(separator) ?? '');
    },
  },
  first: {
    least: 1,
    most: Infinity,
    about: 'first(null, "", "a") is "a": the first that is not absent; of a list its first value',
    apply: (values) =>
      values.flatMap((value) => (isList(value) ? value : [value])).find((each) => !isAbsent(each)) ?? null,
  },
  list: { least: 0, most: Infinity, about: 'list("a", "b") is a list of these', apply: (values) => [...values] },
  contains: {
    least: 2,
    most: 2,
    about: 'contains(list("a", "b"), "a") is true; of a text: whether it stands in it',
    apply([where = null, what = null]) {
      const text = textOf(what) ?? '';
      return isList(where) ? where.some((each) => textOf(each) === text) : (textOf(where) ?? '').includes(text);
    },
  },
  if: {
    least: 2,
    most: 3,
    about: 'if(user.enabled, "on", "off")',
    apply: ([condition = null, yes = null, no = null]) => (isTrue(condition) ? yes : no),
  },
  case: {
    least: 3,
    most: Infinity,
    about: 'case(x, "a", "1", "b", "2", "else"): what stands behind the equal one, or the last',
    apply([of = null, ...rest]) {
      const text = textOf(of);
      for (let pair = 0; pair + 1 < rest.length; pair += 2) {
        if (textOf(rest[pair] ?? null) === text) return rest[pair + 1] ?? null;
      }
      return rest.length % 2 === 1 ? (rest.at(-1) ?? null) : null;
    },
  },
  get: {
    least: 2,
    most: 2,
    about: 'get(user.attributes, "cost center"): for names that are no words',
    apply([of = null, key = null]) {
      const name = textOf(key) ?? '';
      return isRecord(of) && Object.hasOwn(of, name) ? (of[name] ?? null) : null;
    },
  },
  main: {
    least: 1,
    most: 1,
    about: 'main(scim.emails): the value of the primary entry, else of that of type work, else of the first',
    apply([of = null]) {
      const entries = isList(of) ? of.filter(isRecord) : [];
      const found =
        entries.find((entry) => entry.primary === true) ??
        entries.find((entry) => textOf(entry.type ?? null)?.toLowerCase() === 'work') ??
        entries[0];
      // Taken for absent, it would take away the value that is known, for a slip of whoever sends it.
      if (found !== undefined && isAbsent(found.value ?? null)) {
        throw new EvaluationError('a main entry without a "value"');
      }
      return found?.value ?? null;
    },
  },
  typed: {
    least: 1,
    most: 2,
    about: 'typed(scim.emails, "work"): the value of that type, else the primary one, else the first',
    apply([of = null, type = null]) {
      const entries = isList(of) ? of.filter(isRecord) : [];
      const wanted = textOf(type);
      const found =
        entries.find((entry) => wanted !== null && entry.type === wanted) ??
        entries.find((entry) => entry.primary === true) ??
        entries[0];
      return found?.value ?? null;
    },
  },
} as const satisfies Record<string, Definition>;

export type FunctionName = keyof typeof functions;
