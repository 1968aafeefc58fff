import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sparekey, sparekey } from './sparekey.ts';
import type { Target } from './target.ts';

let running: Sparekey;
let target: Target;
beforeAll(async () => {
  running = await sparekey();
  target = running;
});
afterAll(() => running.close());

const evil = 'evil.example';

/** Addresses that a lenient check takes for one of ours. */
function elsewhere(own: string): string[] {
  const { origin, host, pathname } = new URL(own);
  const plain = [
    `//${evil}`,
    `///${evil}`,
    `////${evil}`,
    `/\\${evil}`,
    `\\\\${evil}`,
    `/\t/${evil}`,
    `/%09/${evil}`,
    `/%2f${evil}`,
    `/%5c${evil}`,
    `https:${evil}`,
    `https:/${evil}`,
    `https://${evil}`,
    `HTTPS://${evil}`,
    ` https://${evil}`,
    `javascript:alert(1)`,
    `JaVaScRiPt:alert(1)`,
    `data:text/html,x`,
    `${origin}@${evil}`,
    `${origin}.${evil}`,
    `http://${host}:80@${evil}/`,
    `//${host}@${evil}`,
    `https://${evil}#${host}`,
    `https://${evil}?${host}`,
    `https://${evil}\\@${host}`,
    `/${evil}`,
    `/..//${evil}`,
    `/realms/..//${evil}`,
    `@${evil}`,
    `.${evil}`,
    `?next=//${evil}`,
    `#//${evil}`,
    `\r\nLocation: https://${evil}`,
    `%0d%0aLocation:%20https://${evil}`,
    `〱${evil}`,
    `／／${evil}`,
    `//${evil}%E3%80%82`,
    `//%65vil.example`,
    `//[::1]`,
    `//0x7f000001`,
  ];
  const below = [
    '/../../..//',
    '//',
    '/..;//',
    '/%2e%2e//',
    '/.//',
    '\\',
    '@',
    '.',
    '?//',
    '#//',
    '/return?state=//',
    '/\\',
  ];
  return [...plain, ...below.map((middle) => `${pathname}${middle}${evil}`), ...plain.map(encodeURIComponent)];
}

/** Where a browser that follows this header would stand. */
const leadsTo = (location: string | null, from: string): string => new URL(location ?? '', from).origin;

test('H38: the way back to the account leads to pages of the account and nowhere else (CVE-2026-12049)', async () => {
  const account = `${target.issuer}/account`;
  const { origin, pathname } = new URL(account);
  const astray: string[] = [];
  const wanted = [
    ...elsewhere(account),
    '',
    '/',
    '/admin',
    `${pathname}x`,
    `${pathname}/return`,
    `/realms/other/account`,
  ];
  for (const state of wanted) {
    const url = `${account}/return?${new URLSearchParams({ state, code: 'x' })}`;
    for (const address of [url, `${url}&state=//${evil}`, `${account}/return?state=//${evil}&state=${pathname}`]) {
      const response = await fetch(address, { redirect: 'manual' });
      const location = response.headers.get('location') ?? '';
      if (response.status !== 303 || !location.startsWith(pathname) || leadsTo(location, address) !== origin)
        astray.push(`${address} → ${response.status} ${location}`);
      if (new URL(location, address).pathname !== location || location.includes(evil)) astray.push(location);
    }
  }
  expect(astray).toEqual([]);
  const back = await fetch(`${account}/return?state=${pathname}/profile`, { redirect: 'manual' });
  expect(back.headers.get('location')).toBe(`${pathname}/profile`);
});

test('H38: no parameter that other products return to is followed by any page, and none is put into a link (CVE-2026-12049)', async () => {
  const names = [
    'next',
    'return',
    'returnTo',
    'return_to',
    'redirect',
    'redirect_uri',
    'redirectUrl',
    'url',
    'continue',
  ];
  const others = [
    'post_logout_redirect_uri',
    'target',
    'goto',
    'dest',
    'rd',
    'r',
    'u',
    'referrer',
    'RelayState',
    'kc_locale',
  ];
  const visitor = target.visitor();
  const { url } = await visitor.begin();
  const pages = [
    url.pathname,
    `${url.pathname}/forgot`,
    '/realms/acme/account',
    '/realms/acme/account/profile',
    `/realms/acme/reset-password/${'A'.repeat(43)}`,
    `/realms/acme/verify-email/${'A'.repeat(43)}`,
    `/realms/acme/not-me/${'A'.repeat(43)}`,
    '/realms/acme/protocol/openid-connect/logout',
    '/realms/acme/protocol/openid-connect/logout/success',
    '/realms/acme/nothing',
    '/',
  ];
  const astray: string[] = [];
  for (const page of pages) {
    const query = new URLSearchParams(
      [...names, ...others].map((name): [string, string] => [name, `https://${evil}/${name}`]),
    );
    const response = await visitor.browser.request(new URL(`${page}?${query}`, url), {
      headers: { referer: `https://${evil}` },
    });
    const location = response.headers.get('location');
    if (location !== null && leadsTo(location, url.href) !== url.origin) astray.push(`${page} → ${location}`);
    const links = [...(await response.text()).matchAll(/(?:href|action|src|content)="([^"]*)"/g)].map(
      ([, link = '']) => link,
    );
    for (const link of links) {
      if (/^(?:\/(?![/\\])|\?|#|$)/.test(link) || !/[:/\\]/.test(link)) continue;
      if (new URL(link, url).origin !== url.origin) astray.push(`${page}: ${link}`);
    }
  }
  expect(astray).toEqual([]);
});

test('H38: an address that begins with slashes or with the name of another host is never answered with a redirect to it (CVE-2026-12049)', async () => {
  const { origin } = new URL(target.issuer);
  const astray: string[] = [];
  for (const path of [
    `//${evil}`,
    `//${evil}/..`,
    `/\\${evil}`,
    `/%5c${evil}`,
    `//${evil}/realms/acme/account`,
    `/realms//${evil}`,
    `/realms/${evil}`,
  ]) {
    const response = await fetch(`${origin}${path}`, { redirect: 'manual', headers: { accept: 'text/html' } });
    const location = response.headers.get('location');
    if (location !== null && leadsTo(location, origin) !== origin) astray.push(`${path} → ${location}`);
  }
  expect(astray).toEqual([]);
});
