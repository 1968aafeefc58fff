import fc from 'fast-check';
import { attrs, html, raw } from './html.ts';

/** What a browser would make of a text: the entities taken back. */
function decode(markup: string): string {
  return markup
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Characters that mean something to a browser. */
const telling = fc.constantFrom('<', '>', '"', "'", '&', '=', '/', ' ', '&quot;', 'a');

test('any text comes out as that text, in content and in attributes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: telling })), (text) => {
      const content = html`<p>${text}</p>`.toString();
      const attribute = html`<p title="${text}">x</p>`.toString();
      const listed = html`<input ${attrs({ value: text })}>`.toString();
      expect(content.slice(3, -4)).not.toMatch(/[<>"']/);
      expect(decode(content.slice(3, -4))).toBe(text);
      expect(decode(attribute.slice(10, -7))).toBe(text);
      expect(decode(listed.slice(14, -2))).toBe(text);
    }),
  );
});

test('markup made by html is kept, in lists and nested; text beside it is not trusted', () => {
  const items = ['<b>', 'a & b'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}</ul>${[html`<p>${'"'}</p>`, [raw('<hr>')]]}`.toString()).toBe(
    '<ul><li>&lt;b&gt;</li><li>a &amp; b</li></ul><p>&quot;</p><hr>',
  );
});

test('an object that only looks like markup is not taken for it', () => {
  const forged = { toString: () => '<script>' } as unknown as string;
  expect(html`${forged}`.toString()).toBe('&lt;script&gt;');
});

test('nothing is written for null, undefined and false; zero and the empty text are values', () => {
  expect(html`[${null}${undefined}${false}${0}${''}]`.toString()).toBe('[0]');
});

test.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'vbscript:x',
  'data:text/html,<script>alert(1)</script>',
  'data:image/svg+xml,<svg/>',
  'blob:https://example.com/x',
])('the address %j leads nowhere', (address) => {
  expect(html`<a href="${address}">x</a>`.toString()).toBe('<a href="#">x</a>');
  expect(html`<a ${attrs({ href: address })}>x</a>`.toString()).toBe('<a href="#">x</a>');
});

test.each([
  '/realms/acme/account',
  '?lang=it',
  '',
  'https://example.com/a?b=c&d=e',
  'otpauth://totp/Acme:ada?secret=ABC',
  'data:text/plain;charset=utf-8,K7M2',
])('the address %j stays', (address) => {
  expect(decode(html`<a href="${address}">x</a>`.toString())).toBe(`<a href="${address}">x</a>`);
});

test('the scheme is only looked at where an address begins', () => {
  expect(html`<a href="/x?to=${'javascript:1'}">x</a>`.toString()).toBe('<a href="/x?to=javascript:1">x</a>');
});

test.each<[string, () => unknown]>([
  ['an unquoted attribute', () => html`<p title=${'x'}>`],
  ['a single-quoted attribute', () => html`<p title='${'x'}'>`],
  ['the name of an attribute', () => html`<p ${'onclick'}>`],
  ['a script', () => html`<script>${'x'}</script>`],
  ['a style sheet', () => html`<style>${'x'}</style>`],
  ['an event handler', () => html`<p onclick="${'x'}">`],
  ['a style attribute', () => html`<p style="${'x'}">`],
  ['a comment', () => html`<!-- ${'x'} -->`],
  ['markup in an attribute', () => html`<p title="${html`<b>`}">`],
  ['attributes outside a tag', () => html`<p>${attrs({ id: 'x' })}</p>`],
  ['an event handler in a list of attributes', () => attrs({ onclick: 'x' })],
  ['a made-up name in a list of attributes', () => attrs({ 'x y': 'z' })],
])('a value is refused as %s', (_place, template) => {
  expect(template).toThrow();
});

test('text after a script element is text again', () => {
  expect(html`<script src="${'/a.js'}"></script><p>${'<'}</p>`.toString()).toBe(
    '<script src="/a.js"></script><p>&lt;</p>',
  );
});
