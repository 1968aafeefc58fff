import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { negotiateLocale, view } from '../../src/pages/index.ts';
import { createRealmCache } from '../../src/realms/cache.ts';
import { type Sparekey, sparekey } from './sparekey.ts';

let running: Sparekey;
beforeAll(async () => {
  running = await sparekey();
});
afterAll(() => running.close());

/** Bytes that are in use after all garbage is gone. */
function inUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('H54: languages and time zones that nobody has are not remembered: 40,000 of them leave no memory in use (CVE-2026-79651)', () => {
  const ask = (count: number, name: string) => {
    for (let index = 0; index < count; index += 1) {
      const tag = `${name}-${index}-${'x'.repeat(40)}`;
      negotiateLocale({
        chosen: tag,
        cookie: tag,
        uiLocales: `${tag} ${tag}a`,
        acceptLanguage: `${tag}b,${tag}c;q=0.5`,
      });
    }
  };
  ask(1000, 'warm');
  const before = inUse();
  ask(40_000, 'locale');
  // A cache of them would hold 4 MB.
  expect(inUse() - before).toBeLessThan(2_000_000);
  const realm = { displayName: 'Acme', path: '/realms/acme' };
  const now = new Date();
  const zoneOf = (timeZone: string) => view({ realm, locale: 'en', now, timeZone }).timeZone;
  expect([zoneOf('Mars/Olympus'), zoneOf('x'.repeat(100_000)), zoneOf('Europe/Rome')]).toEqual([
    'UTC',
    'UTC',
    'Europe/Rome',
  ]);
});

test('H54: names of realms that do not exist are remembered in a bounded number, so that they cost neither statements nor memory (CVE-2025-2559)', async () => {
  const { acme } = running;
  const realms = createRealmCache(acme.storage, 'http://localhost');
  const costOf = async (name: string) => (await acme.statementsOf(() => realms.get(name))).length;
  expect([await costOf('nobody'), await costOf('nobody')]).toEqual([1, 0]);
  await Promise.all(Array.from({ length: 1000 }, (_, index) => realms.get(`unknown-${index}`)));
  expect(await costOf('nobody')).toBe(1);
  expect(await costOf('x'.repeat(64))).toBe(0);
  realms.close();
});

test('H54: ten thousand scopes that do not exist get the answer of one, for the same statements and within a moment (CVE-2026-4634)', async () => {
  const ask = async (scope: string, path: string) => {
    const began = performance.now();
    const headers = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` };
    const form = {
      client_id: 'app',
      response_type: 'code',
      redirect_uri: 'https://app.example/callback',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      grant_type: 'client_credentials',
      scope,
    };
    let status = 0;
    const statements = await running.acme.statementsOf(async () => {
      const body = new URLSearchParams(form);
      const response = await fetch(`${running.issuer}/protocol/openid-connect/${path}`, {
        method: 'POST',
        headers,
        body,
      });
      await response.text();
      status = response.status;
    });
    return { status, statements, ms: performance.now() - began };
  };
  for (const path of ['ext/par/request', 'token']) {
    await ask('openid nothing', path);
    const one = await ask('openid nothing', path);
    for (const count of [5000, 10_000]) {
      const many = await ask(Array.from({ length: count }, (_, index) => index.toString(36)).join(' '), path);
      expect(many).toMatchObject({ status: one.status, statements: one.statements });
      expect(many.ms).toBeLessThan(500);
    }
  }
});
