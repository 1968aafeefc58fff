import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { csrfToken, verifyCsrf } from './csrf.ts';

const key = Buffer.alloc(32, 7);
const publicUrl = new URL('https://id.example');
const expected = { key, binding: 'sign-in:abc', publicUrl };
const token = csrfToken(key, 'sign-in:abc');

function posted(headers: Record<string, string>): { req: IncomingMessage } {
  return { req: { headers } as unknown as IncomingMessage };
}

test.each([
  ['a browser on our page', { 'sec-fetch-site': 'same-origin', origin: 'https://id.example' }],
  ['a browser without fetch metadata', { origin: 'https://id.example' }],
  ['a client that says nothing', {}],
])('%s with the token is let in', (_who, headers) => {
  expect(() => verifyCsrf(posted(headers), expected, token)).not.toThrow();
});

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a sibling subdomain', { 'sec-fetch-site': 'same-site', origin: 'https://other.example' }],
  ['a page that hides its origin', { origin: 'null' }],
  ['another scheme', { origin: 'http://id.example' }],
  ['another port', { origin: 'https://id.example:8443' }],
  ['a name that begins like ours', { origin: 'https://id.example.evil.example' }],
  ['the address bar', { 'sec-fetch-site': 'none' }],
])('%s is refused even with the token', (_who, headers) => {
  expect(() => verifyCsrf(posted(headers), expected, token)).toThrow(expect.objectContaining({ code: 'csrf_failed' }));
});

test.each([
  ['no token', ''],
  ['a token of another session', csrfToken(key, 'sign-in:abd')],
  ['a token of another key', csrfToken(Buffer.alloc(32, 8), 'sign-in:abc')],
  ['a token of another use', csrfToken(key, 'account:abc')],
  ['half a token', token.slice(0, 20)],
  ['a longer token', `${token}=`],
  ['the binding itself', 'sign-in:abc'],
])('%s is refused on our own page', (_what, given) => {
  const ctx = posted({ 'sec-fetch-site': 'same-origin', origin: 'https://id.example' });
  expect(() => verifyCsrf(ctx, expected, given)).toThrow(expect.objectContaining({ code: 'csrf_failed' }));
});

test('nothing but the token opens', () => {
  fc.assert(
    fc.property(fc.string(), (given) => {
      fc.pre(given !== token);
      expect(() => verifyCsrf(posted({}), expected, given)).toThrow(expect.objectContaining({ status: 403 }));
    }),
  );
});
