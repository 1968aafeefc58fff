import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { launchBrowser } from '@sparekey/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { totpOf } from '../../src/testing/acme.ts';
import { addClient, addUser } from '../../src/testing/storage.ts';
import { type Sparekey, sparekey } from './sparekey.ts';

let target: Sparekey;
let browser: Browser;
let context: BrowserContext;
const ran: string[] = [];

/** Breaks out of an attribute, then runs in three ways; the element tells that it became one. */
const payload = `"'><b data-pwned></b><img src=x onerror=pwned(1)><svg onload=pwned(2)></svg><script>pwned(3)</script>`;
/** What a field takes that is shorter or of a form. */
const short = `"><b data-pwned></b>`;

const secret = Buffer.alloc(20, 7);
const PASSWORD = 'the password of before';

beforeAll(async () => {
  target = await sparekey();
  await furnish();
  browser = await launchBrowser();
  // The policy of the pages would stop most of it: here the text itself has to be harmless.
  context = await browser.newContext({ bypassCSP: true, userAgent: `Mozilla/5.0 ${payload}` });
  await context.exposeFunction('pwned', (way: number) => void ran.push(`script ${way}`));
});
afterAll(async () => {
  await browser?.close();
  await target?.close();
});

/** Redirects that leave for another host would ask a name service. */
const callback = () => `${target.provider.origin}/callback`;

/** Every text that a person, an application or an administrator can set and that some page shows. */
async function furnish(): Promise<void> {
  const { storage, realm } = target.acme;
  const { stores } = storage;
  await stores.realms.update({ ...realm, displayName: payload });
  const shop = { clientId: 'shop', name: payload, consentRequired: true, baseUrl: target.provider.origin };
  await addClient(storage, realm, { ...shop, redirectUris: [callback()] });
  const user = await addUser(storage, realm, {
    username: `mallory${short}`,
    firstName: payload,
    lastName: payload,
    email: `"${short}"@example.com`,
    attributes: { nickname: [payload], website: [payload], locale: [payload] },
  });
  await stores.passwords.set(realm.id, user.id, await target.provider.engine.hash(PASSWORD));
  const app = { secret, algorithm: 'sha1', digits: 6, periodSeconds: 30, lastStep: 0, driftSteps: 0 } as const;
  for (const label of [payload, `${payload} 2`])
    await stores.totp.add(realm.id, user.id, { ...app, label, confirmedAt: new Date() });
  await target.acme.freshCodes({ id: user.id } as never);
}

/** Runs in the page. */
const LOOK = `(() => {
  const scheme = /^\\s*(?:javascript|data:text\\/html)/i;
  const names = ['href', 'action', 'src'];
  const led = [...document.querySelectorAll('[href], [action], [src]')];
  const texts = [document.title, document.body.innerText, ...[...document.querySelectorAll('input')].map((e) => e.value)];
  return {
    injected: document.querySelectorAll('[data-pwned], img[src="x"], svg[onload], script:not([src])').length,
    links: led.filter((e) => names.some((name) => scheme.test(e.getAttribute(name) ?? ''))).length,
    told: texts.some((text) => text.includes('data-pwned')),
  };
})()`;

let shown = 0;

/** Opens an address or follows a form, and looks at what became of the text. */
async function look(page: Page, at: string): Promise<void> {
  await page.waitForLoadState('load');
  const found = await page.evaluate<{ injected: number; links: number; told: boolean }>(LOOK);
  expect({ at, injected: found.injected, links: found.links, ran }).toEqual({ at, injected: 0, links: 0, ran: [] });
  if (found.told) shown += 1;
}

const send = async (page: Page, fields: Record<string, string>, action = 'continue') => {
  for (const [name, value] of Object.entries(fields)) await page.fill(`input[name=${name}]`, value);
  await page.locator(`button[name=action][value="${action}"]`).first().click();
};

test('H56: whatever people, applications and realms are called, no page of the way in or of the account runs it (CVE-2022-0225)', async () => {
  const page = await context.newPage();
  const query = new URLSearchParams({
    client_id: 'shop',
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: callback(),
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    login_hint: payload,
    state: payload,
    nonce: payload,
    ui_locales: payload,
  });
  const auth = `${target.issuer}/protocol/openid-connect/auth`;
  await page.goto(`${auth}?${query}`);
  await look(page, 'the first page');
  const start = page.url();
  await send(page, { username: payload, password: payload });
  await look(page, 'a wrong password');
  await page.goto(`${start}/forgot?x=${encodeURIComponent(payload)}`);
  await look(page, 'a forgotten password');
  await send(page, { username: payload });
  await look(page, 'the link is on its way');
  await page.goto(start);
  await send(page, { username: `mallory${short}`, password: PASSWORD });
  await look(page, 'the second factor');
  await send(page, {}, 'try:backup_code');
  await look(page, 'a backup code');
  await send(page, { backup_code: payload });
  await look(page, 'a malformed backup code');
  await send(page, {}, 'try:totp');
  await send(page, { otp: totpOf({ totpSecret: secret }) });
  await look(page, 'consent');
  await send(page, {}, 'allow');
  await page.waitForURL(`${callback()}?**`);
  await look(page, 'the application that is not there');
  for (const address of target.accountPages) {
    await page.goto(`${address}?notice=${encodeURIComponent(payload)}&q=${encodeURIComponent(payload)}`);
    await look(page, address);
  }
  // Texts that a page shows again when it refuses them.
  await page.goto(`${target.issuer}/account/profile`);
  await send(page, { first_name: payload, last_name: payload, email: 'none' });
  await look(page, 'a refused profile');
  expect(shown).toBeGreaterThan(12);
});

test('H56: what an address says is no script on any page of an error, of a link or of signing out (CVE-2026-42849)', async () => {
  const page = await context.newPage();
  const there = encodeURIComponent(payload);
  const auth = `${target.issuer}/protocol/openid-connect/auth`;
  const { actionLinks, users } = target.acme.storage.stores;
  const user = await users.byLogin(target.acme.realm.id, `mallory${short}`);
  if (user === undefined) throw new Error('nobody');
  const link = { realmId: target.acme.realm.id, userId: user.id, ttlSeconds: 3600 };
  const data = { email: `"${short}"@example.com`, from: user.email };
  const addresses = [
    `${auth}?client_id=${there}&state=${there}`,
    `${auth}?client_id=shop&redirect_uri=${there}&state=${there}`,
    `${auth}?client_id=shop&response_type=${there}&scope=${there}&redirect_uri=javascript:pwned(4)`,
    `${auth}?client_id=shop&request_uri=${there}`,
    `${target.issuer}/protocol/openid-connect/logout?post_logout_redirect_uri=${there}&state=${there}&client_id=shop`,
    `${target.issuer}/protocol/openid-connect/logout?client_id=shop`,
    `${target.issuer}/protocol/openid-connect/logout/success?client_id=shop`,
    `${target.issuer}/sign-in/${there}`,
    `${target.issuer}/${there}?${there}=${there}&lang=${there}`,
    `${new URL(target.issuer).origin}/realms/${there}/account`,
    `${new URL(target.issuer).origin}/${there}`,
    `${target.issuer}/account/return?state=${there}`,
    `${target.issuer}/reset-password/${await actionLinks.create({ ...link, purpose: 'forgot_password' })}?${there}`,
    `${target.issuer}/verify-email/${await actionLinks.create({ ...link, purpose: 'verify_email', data })}?${there}`,
    `${target.issuer}/not-me/${await actionLinks.create({ ...link, purpose: 'this_wasnt_me' })}?${there}`,
  ];
  for (const address of addresses) {
    await page.goto(address);
    await look(page, address);
  }
});
