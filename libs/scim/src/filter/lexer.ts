import { refuse } from '../error.ts';
import { filterLimits } from './limits.ts';

export type Token =
  | { readonly kind: 'punctuation'; readonly text: '(' | ')' | '[' | ']'; readonly at: number }
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'value'; readonly value: string | number; readonly at: number };

const space = /\s/y;
const word = /[A-Za-z$_.][A-Za-z0-9$_.:\-/]*/y;
const text = /"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/uy;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.$])/y;

/** "at character 4", counted from 1: what the author of a filter counts. */
export function position(at: number): string {
  return `at character ${at + 1}`;
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function tokenAt(source: string, at: number): { token: Token; end: number } {
  const char = source.charAt(at);
  if (char === '(' || char === ')' || char === '[' || char === ']') {
    return { token: { kind: 'punctuation', text: char, at }, end: at + 1 };
  }
  const literal = char === '"' ? match(text, source, at) : match(number, source, at);
  if (literal !== undefined) {
    return { token: { kind: 'value', value: JSON.parse(literal) as string | number, at }, end: at + literal.length };
  }
  if (char === '"')
    refuse('invalidFilter', `The text that begins ${position(at)} has no end, or an escape that JSON does not know.`);
  const name = match(word, source, at);
  if (name === undefined) refuse('invalidFilter', `Unexpected ${JSON.stringify(char)} ${position(at)}.`);
  return { token: { kind: 'word', text: name, at }, end: at + name.length };
}

/**
 * The tokens of a filter (RFC 7644 §3.4.2.2) or of a PATCH path (§3.5.2), in one pass. Errors: `invalidFilter` with the
 * position, `tooMany` never: what is too long, too deep or has too many terms is an `invalidFilter` that says so.
 */
export function tokenize(source: string): readonly Token[] {
  if (source.length > filterLimits.characters) {
    refuse('invalidFilter', `The filter has ${source.length} characters; ${filterLimits.characters} are allowed.`);
  }
  const tokens: Token[] = [];
  let depth = 0;
  let terms = 1;
  for (let at = 0; at < source.length; ) {
    if (match(space, source, at) !== undefined) {
      at += 1;
      continue;
    }
    const { token, end } = tokenAt(source, at);
    if (token.kind === 'punctuation') depth += token.text === '(' || token.text === '[' ? 1 : -1;
    if (token.kind === 'word' && /^(?:and|or)$/i.test(token.text)) terms += 1;
    if (depth > filterLimits.depth)
      refuse('invalidFilter', `Nested deeper than ${filterLimits.depth} ${position(at)}.`);
    if (terms > filterLimits.terms) refuse('invalidFilter', `More than ${filterLimits.terms} terms ${position(at)}.`);
    tokens.push(token);
    at = end;
  }
  return tokens;
}
