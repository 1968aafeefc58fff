import { letters } from '../test/letters.ts';
import { isVetoable, type LetterKind, letterLocales, render } from './index.ts';

const issuer = 'https://id.example.com/realms/acme';
const notMePath = `/not-me/${'n'.repeat(43)}`;
const everyLetter = Object.values(letters).flatMap((letter) =>
  letterLocales.map((locale): [LetterKind, (typeof letterLocales)[number]] => [letter.kind, locale]),
);

function rendered(kind: LetterKind, locale: (typeof letterLocales)[number], username = 'ada', realm = 'Acme') {
  const notMe = isVetoable(kind) ? { notMePath } : {};
  return render(letters[kind], { locale, username, realm, issuer, ...notMe });
}

const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const body = (html: string) =>
  html
    .slice(html.indexOf('<body'))
    .replace(/<[^>]+>/g, '\n')
    .replace(/&[#\w]+;/g, (entity) => entities[entity] ?? entity);
const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean);

test.each(everyLetter)(
  '%s (%s) says the same as text and as HTML, loads nothing, and leads to its realm',
  (kind, locale) => {
    const { subject, text, html } = rendered(kind, locale);
    expect(subject).toContain('Acme');
    // The realm stands above the HTML; the text has a rule before its footer, and a colon before an address.
    const said = wordsOf(body(html)).slice(1);
    expect(said).toEqual(
      wordsOf(text.replace('\n-- \n', '\n')).map((word, at) => (said[at] === word ? word : word.replace(/:$/, ''))),
    );
    expect(html).not.toMatch(/<(img|link|script|style|iframe)|url\(|src=/);
    expect(hrefs(html).every((href) => href?.startsWith(`${issuer}/`))).toBe(true);
    expect(hrefs(html).includes(issuer + notMePath)).toBe(isVetoable(kind));
    for (const href of hrefs(html)) expect(text).toContain(`\n${href}\n`);
  },
);

test('what people and realms are called is text, in the subject too', () => {
  const { subject, html } = rendered('code_used', 'en', '<b>ada</b>', 'Acme\r\nBcc: eve@evil.example <i>');
  expect(subject).not.toMatch(/[\r\n]/);
  expect(html).toContain('&lt;b&gt;ada');
  expect(html).not.toMatch(/<b>|<i>/);
});
