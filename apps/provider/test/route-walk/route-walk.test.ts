import { randomBytes } from 'node:crypto';
import type { Realm, User } from '@sparekey/realms';
import { type HostedProvider, startHostedProvider, Visitor } from '../../src/testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';
import { Cookies, type Reply, Wire } from '../walk/wire.ts';
import { publicRoutes } from './public-routes.ts';

const PASSWORD = 'zephyr gondola 58';
const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'SEARCH'];
/** Where a browser is sent that has to sign in first, or that came back from doing so. */
const SIGN_IN = /^\/realms\/(?:one|two)\/(?:protocol\/openid-connect\/auth$|account$)/;

let here: TestStorage;
let provider: HostedProvider;
let wire: Wire;
let one: Realm;
let ada: User;
let adaTotp: string;
let adaUid: string;
/** Of somebody else in the same realm, and of somebody in another realm under the paths of this one. */
let eve: Cookies;
let zoe: Cookies;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here, { trustedProxies: ['127.0.0.1', '::1'] });
  wire = new Wire();
  one = await realm('one');
  const two = await realm('two');
  ada = await person(one, 'ada-the-victim');
  adaTotp = await here.storage.stores.totp.add(one.id, ada.id, {
    label: 'The phone of the victim',
    secret: randomBytes(20),
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
    lastStep: 0,
    driftSteps: 0,
    confirmedAt: new Date(),
  });
  const asked = await new Visitor(provider, 'one').authorize('app');
  adaUid = asked.url.pathname.split('/').at(-1) ?? '';
  eve = await signedIn(one, await person(one, 'eve'));
  zoe = await signedIn(two, await person(two, 'zoe'));
});
afterAll(async () => {
  wire.close();
  await provider.close();
  await here.close();
});

async function realm(name: string): Promise<Realm> {
  const made = await addRealm(here.storage, name, { backupCodes: { required: 'never' } });
  await addClient(here.storage, made, { clientId: 'app' });
  return made;
}

async function person(of: Realm, username: string): Promise<User> {
  const user = await addUser(here.storage, of, { username });
  await here.storage.stores.passwords.set(of.id, user.id, await provider.engine.hash(PASSWORD));
  return user;
}

/** A browser in which this person is signed in; its cookies are sent to every path, as an attacker would. */
async function signedIn({ name }: Realm, { username }: User): Promise<Cookies> {
  const visitor = new Visitor(provider, name);
  const page = await visitor.submit(await visitor.open(`/realms/${name}/account`), { username, password: PASSWORD });
  expect(page.url.pathname).toBe(`/realms/${name}/account`);
  const cookies = new Cookies();
  for (const cookie of visitor.browser.cookiesFor(page.url))
    cookies.keep(`${cookie.name}=${cookie.value}; path=/`, '/');
  return cookies;
}

const addressOf = (route: string): string =>
  route
    .replace(':realm', 'one')
    .replace(':uid', adaUid)
    .replace(':id', adaTotp)
    .replace(':connection', 'directory')
    .replace(/:[a-z]+/g, 'A'.repeat(43));

function ask(route: string, method: string, cookies = new Cookies(), headers: Record<string, string> = {}) {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = new URLSearchParams({ csrf: 'A'.repeat(43), action: 'continue', username: 'ada-the-victim' }).toString();
  return wire.send(
    {
      method,
      url: new URL(addressOf(route), provider.origin),
      headers: { ...(hasBody ? { 'content-type': 'application/x-www-form-urlencoded' } : {}), ...headers },
      ...(hasBody ? { body } : {}),
    },
    cookies,
  );
}

/** What must never come back to anybody but Ada. */
const tells = ({ body }: Reply): boolean =>
  [ada.id, ada.email ?? '', 'The phone of the victim'].some((secret) => body.includes(secret));

function faultOf(route: string, method: string, reply: Reply, allowed: (route: string, reply: Reply) => boolean) {
  const { status, location } = reply;
  const what = `${method} ${route}: ${status}${location === undefined ? '' : ` to ${location.pathname}`}`;
  if (status >= 500 && status !== 501) return what;
  if (tells(reply)) return `${what}, which tells of somebody else`;
  if (status >= 400 || allowed(route, reply)) return undefined;
  const leads = location !== undefined && location.origin === provider.origin && SIGN_IN.test(location.pathname);
  return leads ? undefined : what;
}

async function walk(cookies: Cookies | undefined, allowed: (route: string, reply: Reply) => boolean) {
  const faults: (string | undefined)[] = [];
  for (const route of provider.routes) {
    // A profile of its own for each: what one answer sets must not help the next.
    const all = VERBS.map(async (method) => faultOf(route, method, await ask(route, method, copyOf(cookies)), allowed));
    faults.push(...(await Promise.all(all)));
  }
  return faults.filter((fault) => fault !== undefined);
}

function copyOf(cookies: Cookies | undefined): Cookies {
  const copy = new Cookies();
  for (const pair of (cookies?.header('/') ?? '').split('; ').filter(Boolean)) copy.keep(`${pair}; path=/`, '/');
  return copy;
}

const isPublic = (route: string): boolean => route in publicRoutes;

test('every route that is public by name is there', () => {
  expect(provider.routes.length).toBeGreaterThan(40);
  for (const route of Object.keys(publicRoutes)) expect(provider.routes).toContain(route);
});

test('nobody gets anything of any route, by any method, but what is public for a reason (CVE-2024-42490, CVE-2025-61928)', async () => {
  expect(await walk(undefined, isPublic)).toEqual([]);
});

test('somebody signed in gets their own account and nothing of anybody else, whatever id they name', async () => {
  const own = (route: string, { status }: Reply) =>
    isPublic(route) || (route.includes('/account') && !route.includes(':id') && status < 400);
  expect(await walk(eve, own)).toEqual([]);
});

test('a session of another realm is none here', async () => {
  expect(await walk(zoe, isPublic)).toEqual([]);
});

test('a cookie that was changed in any way opens no account and is no error (CVE-2026-25748)', async () => {
  const name = 'sparekey_session';
  const value = eve.value(name) ?? '';
  const signature = eve.value(`${name}.sig`) ?? '';
  const flipped = (text: string) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`;
  const changed: [value: string, signature: string | undefined][] = [
    [value, undefined],
    [value, flipped(signature)],
    [value, ''],
    [value, zoe.value(`${name}.sig`)],
    [flipped(value), signature],
    [value.slice(0, -1), signature],
    [`${value}A`, signature],
    [`${value}%00`, signature],
    [value.toUpperCase(), signature],
    ['A'.repeat(6000), 'A'.repeat(27)],
    ['%', '%'],
    ['{"accountId":"x"}', signature],
    ['__proto__', '__proto__'],
    [`../${value}`, signature],
    ['\xff\xfe', '\xff'],
  ];
  for (const [text, sealed] of changed) {
    const cookie = `${name}=${text}${sealed === undefined ? '' : `; ${name}.sig=${sealed}`}`;
    for (const route of [
      '/realms/:realm/account',
      '/realms/:realm/sign-in/:uid',
      '/realms/:realm/account/api/factors',
    ]) {
      const reply = await ask(route, 'GET', new Cookies(), { cookie });
      expect([text.slice(0, 20), route, reply.status]).not.toEqual([text.slice(0, 20), route, 200]);
      expect(reply.status).toBeLessThan(500);
    }
  }
  expect((await ask('/realms/:realm/account', 'GET', copyOf(eve))).status).toBe(200);
});

test('garbage in forwarded headers changes no answer, and spares nobody the count of wrong passwords (CVE-2024-47070)', async () => {
  const garbage = [
    'unknown',
    '999.999.999.999',
    '::::',
    ', , ,',
    '127.0.0.1, %00',
    "' or 1=1 --",
    '[::1]:99999',
    'a'.repeat(4000),
    '\xff\xfe',
  ];
  for (const text of garbage) {
    const headers = {
      'x-forwarded-for': text,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': text.slice(0, 50),
      'x-forwarded-port': text.slice(0, 50),
      'x-real-ip': text.slice(0, 50),
      forwarded: `for=${text}`,
    };
    const discovery = await ask('/realms/:realm/.well-known/openid-configuration', 'GET', new Cookies(), headers);
    expect([discovery.status, discovery.body.includes('evil.example')]).toEqual([200, false]);
    const account = await ask('/realms/:realm/account', 'GET', new Cookies(), headers);
    expect([account.status, account.location?.origin]).toEqual([303, provider.origin]);
  }
  const guessed = await person(one, 'guessed');
  const visitor = new Visitor(provider, 'one');
  const page = await visitor.open('/realms/one/account');
  const attempt = (password: string, index: number) =>
    visitor.submit(page, { username: guessed.username, password }, { 'x-forwarded-for': garbage[index] ?? 'x' });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await attempt('wrong', count)).status);
  statuses.push((await attempt(PASSWORD, 7)).status);
  expect(statuses).toEqual([422, 422, 422, 422, 429, 429]);
});
