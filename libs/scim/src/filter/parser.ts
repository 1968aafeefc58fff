import { refuse, ScimError } from '../error.ts';
import { type Comparison, comparisons, type FilterNode, type PathNode, type TargetNode } from './ast.ts';
import { position, type Token, tokenize } from './lexer.ts';

const attributeName = /^[A-Za-z$][\w$-]*$/;

/** `urn:…:User:name.givenName` into its URN and its names; the last colon parts them, since a URN may hold dots. */
export function pathNode(text: string, at: number): PathNode | undefined {
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? {} : { urn: text.slice(0, colon) };
  const names = text.slice(colon + 1).split('.');
  if (names.length > 2 || !names.every((name) => attributeName.test(name))) return undefined;
  if (colon >= 0 && !/^urn:/i.test(text)) return undefined;
  return { ...urn, names, at };
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
    this.#end = source.length;
  }

  filter(): FilterNode {
    const filter = this.#joined('or', () => this.#joined('and', () => this.#term()));
    return filter;
  }

  end(): void {
    const token = this.#peek();
    if (token !== undefined) this.#fail('Unexpected', token);
  }

  target(): TargetNode {
    const path = this.#path();
    if (!this.#take('[')) return { path };
    if (path.names.length > 1) this.#fail('A sub-attribute has no elements to choose from', this.#peek());
    const filter = this.filter();
    this.#expect(']');
    const sub = this.#subAfterElements();
    return sub === undefined ? { path, filter } : { path, filter, sub };
  }

  #joined(kind: 'and' | 'or', part: () => FilterNode): FilterNode {
    const first = part();
    const terms = [first];
    while (this.#takeWord(kind)) terms.push(part());
    return terms.length === 1 ? first : { kind, terms };
  }

  #term(): FilterNode {
    if (this.#take('(')) return this.#closing(')');
    const token = this.#peek();
    const following = this.#tokens[this.#next + 1];
    if (isWord(token, 'not') && following?.kind === 'punctuation' && following.text === '(') {
      this.#next += 2;
      return { kind: 'not', term: this.#closing(')') };
    }
    const path = this.#path();
    if (!this.#take('[')) return this.#test(path);
    if (path.names.length > 1) this.#fail('A sub-attribute has no elements to choose from', this.#peek());
    const filter = this.#closing(']');
    const at = this.#peek()?.at ?? this.#end;
    const sub = this.#subAfterElements();
    if (sub === undefined) return { kind: 'elements', path, filter };
    // `emails[type eq "work"].value eq "…"` is not in the RFC, but Entra ID sends it: the same element has to fit both.
    const test = this.#test({ names: [sub], at });
    return { kind: 'elements', path, filter: { kind: 'and', terms: [filter, test] } };
  }

  #test(path: PathNode): FilterNode {
    const token = this.#peek();
    if (isWord(token, 'pr')) {
      this.#next += 1;
      return { kind: 'present', path };
    }
    const op = token?.kind === 'word' ? token.text.toLowerCase() : '';
    if (token === undefined || !isComparison(op))
      this.#fail('Expected an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)', token);
    this.#next += 1;
    return { kind: 'compare', path, op, value: this.#value(), at: token.at };
  }

  #value(): string | number | boolean | null {
    const token = this.#peek();
    this.#next += 1;
    if (token?.kind === 'value') return token.value;
    if (isWord(token, 'true')) return true;
    if (isWord(token, 'false')) return false;
    if (isWord(token, 'null')) return null;
    this.#fail('Expected a value: text in double quotes, a number, true, false or null', token);
  }

  #path(): PathNode {
    const token = this.#peek();
    const path = token?.kind === 'word' ? pathNode(token.text, token.at) : undefined;
    if (path === undefined) this.#fail('Expected an attribute', token);
    this.#next += 1;
    return path;
  }

  #subAfterElements(): string | undefined {
    const token = this.#peek();
    if (token?.kind !== 'word' || !token.text.startsWith('.')) return undefined;
    const name = token.text.slice(1);
    if (!attributeName.test(name)) this.#fail('Expected a sub-attribute', token);
    this.#next += 1;
    return name;
  }

  #closing(bracket: ')' | ']'): FilterNode {
    const filter = this.filter();
    this.#expect(bracket);
    return filter;
  }

  #expect(bracket: ')' | ']'): void {
    if (!this.#take(bracket)) this.#fail(`Expected "${bracket}"`, this.#peek());
  }

  #take(text: '(' | ')' | '[' | ']'): boolean {
    const token = this.#peek();
    if (token?.kind !== 'punctuation' || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #takeWord(text: string): boolean {
    if (!isWord(this.#peek(), text)) return false;
    this.#next += 1;
    return true;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #fail(problem: string, token: Token | undefined): never {
    refuse('invalidFilter', `${problem} ${position(token?.at ?? this.#end)}.`);
  }
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === text;
}

function isComparison(op: string): op is Comparison {
  return comparisons.some((known) => known === op);
}

/** A filter (RFC 7644 §3.4.2.2) as it was written. Errors: `invalidFilter` with the position. */
export function parseFilter(source: string): FilterNode {
  const parser = new Parser(source);
  const filter = parser.filter();
  parser.end();
  return filter;
}

/** A PATCH path (RFC 7644 §3.5.2) as it was written. Errors: `invalidPath` with the position. */
export function parseTarget(source: string): TargetNode {
  try {
    const parser = new Parser(source);
    const target = parser.target();
    parser.end();
    return target;
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidFilter') refuse('invalidPath', error.message);
    throw error;
  }
}
