/** A finished piece of markup: the only thing that `html` does not escape. Made by `html` and `raw`, never by a cast. */
export class Html {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

/** Escaped attributes, for the inside of a tag; made by `attrs`. */
export class Attributes extends Html {}

/** What may stand in `${…}`: text is escaped, lists are joined, nothing is written for null, undefined and false. */
export type Value = Html | string | number | null | undefined | false | readonly Value[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe in text and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Marks markup made elsewhere as safe. Whoever calls it answers for every character. */
export function raw(markup: string): Html {
  return new Html(markup);
}

/** Where a `${…}` of a template stands; it decides what may be put there. */
type Place = 'text' | 'attribute' | 'url' | 'tag';

const urlAttributes = new Set(['href', 'src', 'action', 'formaction']);
const placesOf = new WeakMap<TemplateStringsArray, Place[]>();

/** Reads the fixed parts of a template and refuses the places where escaping would not be enough. */
function places(strings: TemplateStringsArray): Place[] {
  const found: Place[] = [];
  let inside: 'text' | 'tag' | 'value' | 'comment' = 'text';
  let tag = '';
  let attribute = '';
  let valueStart = false;
  for (const part of strings.slice(0, -1)) {
    for (const token of part.match(/<!--|-->|<\/?[a-z][a-z0-9-]*|[a-z][a-z0-9:-]*\s*=\s*"|[\s\S]/gi) ?? []) {
      if (inside === 'value') {
        valueStart = false;
        if (token.endsWith('"')) inside = 'tag';
      } else if (inside === 'tag') {
        if (token === '>') inside = 'text';
        else if (token.endsWith('"')) {
          inside = 'value';
          valueStart = true;
          attribute = token.split(/\s*=/)[0]?.toLowerCase() ?? '';
        }
      } else if (inside === 'comment') {
        if (token === '-->') inside = 'text';
      } else if (token === '<!--') {
        inside = 'comment';
      } else if (token.length > 1 && token.startsWith('<')) {
        inside = 'tag';
        tag = token.slice(1).toLowerCase();
      }
    }
    if (inside === 'comment') throw new Error('no values inside a comment');
    if (inside === 'text' && (tag === 'script' || tag === 'style')) throw new Error(`no values inside <${tag}>`);
    if (inside === 'value' && (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc')) {
      throw new Error(`no values in the attribute ${attribute}`);
    }
    if (inside === 'tag' && /=\s*$/.test(part)) throw new Error('a value in an attribute needs double quotes');
    found.push(inside === 'value' ? (valueStart && urlAttributes.has(attribute) ? 'url' : 'attribute') : inside);
    valueStart = false;
  }
  return found;
}

/** Relative addresses, http(s), otpauth and plain-text data; everything else (javascript: first of all) becomes `#`. */
function safeUrl(url: string): string {
  // Browsers drop blanks and control characters before they look for the scheme; so does this.
  const visible = [...url].filter((character) => character > ' ').join('');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(visible)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'http' || scheme === 'https' || scheme === 'otpauth') return url;
  return url.startsWith('data:text/plain;') ? url : '#';
}

function render(value: Value, place: Place): string {
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map((each: Value) => render(each, place)).join('');
  if (place === 'tag') {
    if (value instanceof Attributes) return value.toString();
    throw new Error('inside a tag only attrs() may stand');
  }
  if (value instanceof Attributes) throw new Error('attrs() may only stand inside a tag');
  if (value instanceof Html) {
    if (place === 'text') return value.toString();
    throw new Error('markup cannot stand in an attribute');
  }
  return escapeHtml(place === 'url' ? safeUrl(String(value)) : String(value));
}

/**
 * Markup from a template. Text and attribute values are escaped, addresses are checked for their scheme, and a template
 * that puts a value where escaping cannot help (unquoted, in a script, in an event handler) throws when first used.
 */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  let known = placesOf.get(strings);
  if (!known) {
    known = places(strings);
    placesOf.set(strings, known);
  }
  let markup = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    markup += render(value, known[index] ?? 'text') + (strings[index + 1] ?? '');
  }
  return new Html(markup);
}

/** Attributes with escaped values; `true` writes the bare name, undefined and false leave it out. */
export function attrs(values: Record<string, string | number | boolean | undefined>): Attributes {
  const written = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (!/^[a-z][a-z0-9-]*$/.test(name) || name.startsWith('on') || name === 'style' || name === 'srcdoc') {
      throw new Error(`attribute ${name} is not allowed`);
    }
    const text = urlAttributes.has(name) ? safeUrl(String(value)) : String(value);
    return value === true ? name : `${name}="${escapeHtml(text)}"`;
  });
  return new Attributes(written.join(' '));
}
