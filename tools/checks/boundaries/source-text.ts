/** One import, export-from, dynamic import, require or import.meta.resolve of a file. */
export interface ImportSite {
  /** Undefined when it is computed at run time, so that no check can follow it. */
  specifier: string | undefined;
  /** Between `import` and `from`, as written; empty where there is none. */
  clause: string;
  line: number;
}

export interface SourceText {
  /** The source with comments, and what is inside strings, template texts and regular expressions, turned to blanks. */
  code: string;
  imports: ImportSite[];
  lines: number;
}

/** Reads one TypeScript or JavaScript source. Comments and strings can neither hide an import nor fake one. */
export function readSource(source: string): SourceText {
  const { code, strings } = blank(source);
  return { code, imports: findImports(code, strings), lines: source.trimEnd().split('\n').length };
}

/** Where a block comment ends; the end of the file when it never does. */
function afterComment(source: string, start: number): number {
  const end = source.indexOf('*/', start + 2);
  return end < 0 ? source.length : end + 2;
}

/** After these a slash begins a regular expression; after anything else it divides. */
const beforeRegex =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))\s*$/;

function blank(source: string): { code: string; strings: Map<number, string> } {
  const strings = new Map<number, string>();
  let code = '';
  let at = 0;
  /** For each template literal we are inside of: how many braces of its `${` are open. */
  const templates: number[] = [];

  const keep = (count: number) => {
    code += source.slice(at, at + count);
    at += count;
  };
  const wipe = (until: number) => {
    code += source.slice(at, until).replace(/[^\n]/g, ' ');
    at = until;
  };
  /** Index of the first unescaped `end` at or after `from`. */
  const findEnd = (from: number, end: RegExp): number => {
    let index = from;
    while (index < source.length && !end.test(source.slice(index, index + 2))) index += source[index] === '\\' ? 2 : 1;
    return Math.min(index, source.length);
  };
  const template = () => {
    const start = at;
    const end = findEnd(start, /^(?:`|\$\{)/);
    wipe(end);
    if (source[end] === '$') {
      keep(2);
      templates.push(0);
    } else {
      strings.set(start - 1, source.slice(start, end));
      keep(1);
    }
  };
  const regex = () => {
    keep(1);
    let inClass = false;
    let index = at;
    for (; index < source.length && source[index] !== '\n' && (inClass || source[index] !== '/'); index += 1) {
      if (source[index] === '\\') index += 1;
      else if (source[index] === '[') inClass = true;
      else if (source[index] === ']') inClass = false;
    }
    wipe(index);
    keep(1);
  };

  while (at < source.length) {
    const char = source[at];
    const two = source.slice(at, at + 2);
    if (two === '//') wipe(findEnd(at, /^\n/));
    else if (two === '/*') wipe(afterComment(source, at));
    else if (char === "'" || char === '"') {
      const start = at;
      keep(1);
      const end = findEnd(at, char === "'" ? /^['\n]/ : /^["\n]/);
      strings.set(start, source.slice(at, end));
      wipe(end);
      keep(1);
    } else if (char === '`') {
      keep(1);
      template();
    } else if (char === '/' && beforeRegex.test(code.slice(-40))) regex();
    else if (char === '{' && templates.length > 0) {
      templates.push((templates.pop() ?? 0) + 1);
      keep(1);
    } else if (char === '}' && templates.at(-1) === 0) {
      templates.pop();
      keep(1);
      template();
    } else if (char === '}' && templates.length > 0) {
      templates.push((templates.pop() ?? 0) - 1);
      keep(1);
    } else keep(1);
  }
  return { code, strings };
}

const importForms = [
  /\b(?:import|export)\b(?<clause>[\w$\s{},*]*?)\bfrom\s*(?=['"])/g,
  /\bimport\s*(?=['"])/g,
  /\bimport\s*\(\s*/g,
  /\brequire(?:\.resolve)?\s*\(\s*/g,
  /\bimport\.meta\.resolve\s*\(\s*/g,
];

function findImports(code: string, strings: Map<number, string>): ImportSite[] {
  return importForms
    .flatMap((form) => [...code.matchAll(form)])
    .map((match) => ({
      specifier: strings.get(match.index + match[0].length),
      clause: (match.groups?.clause ?? '').trim(),
      line: code.slice(0, match.index).split('\n').length,
    }))
    .sort((one, other) => one.line - other.line);
}
