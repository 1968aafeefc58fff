/** What is wrong with an expression, and where: characters from its begin, 0 first. */
export class ExpressionError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.name = 'ExpressionError';
    this.position = position;
  }
}

export interface Token {
  kind: 'text' | 'number' | 'word' | 'sign' | 'end';
  /** Of a text its value, of anything else how it stands there. */
  value: string;
  position: number;
}

const escapes: Record<string, string> = { '"': '"', '\\': '\\', n: '\n', t: '\t' };
const pattern = /\s+|(?<number>\d+(?:\.\d+)?)|(?<word>[A-Za-z_]\w*)|(?<sign>==|!=|\?\?|[().,+])|(?<quote>")/y;

/** Splits an expression; the last token is its end. Errors: ExpressionError. */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < expression.length) {
    pattern.lastIndex = position;
    const match = pattern.exec(expression);
    if (match === null) throw new ExpressionError(position, `"${expression[position]}" has no meaning here`);
    const { number, word, sign, quote } = match.groups ?? {};
    const end = position + match[0].length;
    if (quote !== undefined) {
      const text = textFrom(expression, position);
      tokens.push({ kind: 'text', value: text.value, position });
      position = text.end;
      continue;
    }
    if (number !== undefined) tokens.push({ kind: 'number', value: number, position });
    if (word !== undefined) tokens.push({ kind: 'word', value: word, position });
    if (sign !== undefined) tokens.push({ kind: 'sign', value: sign, position });
    position = end;
  }
  return [...tokens, { kind: 'end', value: 'the end', position }];
}

function textFrom(expression: string, start: number): { value: string; end: number } {
  let value = '';
  for (let at = start + 1; at < expression.length; at += 1) {
    const character = expression[at];
    if (character === '"') return { value, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    at += 1;
    const escaped = escapes[expression[at] ?? ''];
    if (escaped === undefined) throw new ExpressionError(at, 'after a backslash stands one of " \\ n t');
    value += escaped;
  }
  throw new ExpressionError(start, 'this text does not end');
}
