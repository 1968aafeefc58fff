import { type FunctionName, functions } from './functions.ts';
import { ExpressionError, type Token, tokensOf } from './token.ts';

export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'path'; steps: readonly string[] }
  | { kind: 'call'; name: FunctionName; operands: readonly Expression[]; position: number }
  | { kind: 'not'; operand: Expression }
  | { kind: 'binary'; sign: '==' | '!=' | '??' | '+' | 'and' | 'or'; left: Expression; right: Expression };

/** Longer ones are refused before they are read. */
export const maxExpressionLength = 1024;
const maxParts = 200;
const maxDepth = 20;

const literals = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const reserved = new Set(['and', 'or', 'not']);

/** Whether a path leads to something, such as `user.email`. */
export type KnownPath = (steps: readonly string[]) => boolean;

/**
 * Reads an expression of a mapping: literals, paths, calls, `+ ?? == != and or not`. It can neither loop nor call
 * anything but the functions of this package. Errors: ExpressionError with the place.
 */
export function parseExpression(text: string, knows: KnownPath): Expression {
  if (text.length > maxExpressionLength) {
    throw new ExpressionError(maxExpressionLength, `longer than ${maxExpressionLength} characters`);
  }
  return new Parser(tokensOf(text), knows).whole();
}

/** Weakest first. */
const levels = [['or'], ['and'], ['==', '!='], ['??'], ['+']] as const;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #knows: KnownPath;
  #next = 0;
  #parts = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], knows: KnownPath) {
    this.#tokens = tokens;
    this.#knows = knows;
  }

  whole(): Expression {
    const expression = this.#level(0);
    const rest = this.#peek();
    if (rest.kind !== 'end') throw new ExpressionError(rest.position, `"${rest.value}" is one word too many`);
    return expression;
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new Error('the end is never passed');
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #takes(value: string): boolean {
    const token = this.#peek();
    if (token.kind === 'text' || token.value !== value) return false;
    this.#next += 1;
    return true;
  }

  #expect(value: string): void {
    const token = this.#peek();
    if (!this.#takes(value)) throw new ExpressionError(token.position, `"${value}" is missing before ${token.value}`);
  }

  #level(level: number): Expression {
    const signs = levels[level];
    if (signs === undefined) return this.#operand();
    if (level === 2 && this.#takes('not'))
      return this.#counted({ kind: 'not', operand: this.#deeper(() => this.#level(2)) });
    let left = this.#level(level + 1);
    for (;;) {
      const sign = signs.find((each) => this.#takes(each));
      if (sign === undefined) return left;
      left = this.#counted({ kind: 'binary', sign, left, right: this.#level(level + 1) });
    }
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new ExpressionError(this.#peek().position, `nested deeper than ${maxDepth}`);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #counted(expression: Expression): Expression {
    this.#parts += 1;
    if (this.#parts > maxParts) throw new ExpressionError(this.#peek().position, `more than ${maxParts} parts`);
    return expression;
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === 'text') return this.#counted({ kind: 'literal', value: token.value });
    if (token.kind === 'number') return this.#counted({ kind: 'literal', value: Number(token.value) });
    if (token.kind === 'sign' && token.value === '(') {
      const inner = this.#deeper(() => this.#level(0));
      this.#expect(')');
      return inner;
    }
    if (token.kind !== 'word' || reserved.has(token.value)) {
      throw new ExpressionError(token.position, `a value is missing before ${token.value}`);
    }
    const literal = literals.get(token.value);
    if (literal !== undefined) return this.#counted({ kind: 'literal', value: literal });
    return this.#counted(this.#takes('(') ? this.#call(token) : this.#path(token));
  }

  #call({ value: name, position }: Token): Expression {
    if (!isFunction(name)) throw new ExpressionError(position, `there is no function ${name}`);
    const operands: Expression[] = [];
    while (!this.#takes(')')) {
      if (operands.length > 0) this.#expect(',');
      operands.push(this.#deeper(() => this.#level(0)));
    }
    const { least, most } = functions[name];
    if (operands.length < least || operands.length > most) {
      const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
      throw new ExpressionError(position, `${name} takes ${wanted} values, not ${operands.length}`);
    }
    return { kind: 'call', name, operands, position };
  }

  #path({ value, position }: Token): Expression {
    const steps = [value];
    while (this.#takes('.')) {
      const step = this.#take();
      if (step.kind !== 'word') throw new ExpressionError(step.position, 'a name is missing after the dot');
      steps.push(step.value);
    }
    if (!this.#knows(steps)) throw new ExpressionError(position, `there is no ${steps.join('.')}`);
    return { kind: 'path', steps };
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}
