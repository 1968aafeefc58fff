import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { expectAccessible } from './accessibility.ts';
import { launchBrowser } from './browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** A page with the strict policy that ours have. */
async function open(body: string): Promise<{ check: () => Promise<void>; close: () => Promise<void> }> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Security-Policy', "default-src 'none'");
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>Sign in</title>${body}</html>`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
  return {
    check: () => expectAccessible(page),
    close: async () => {
      await page.close();
      server.close();
    },
  };
}

test('a sound page passes, whatever its content security policy', async () => {
  const page = await open('<main><h1>Sign in</h1><label>Username <input name="username"></label></main>');
  await page.check();
  await page.close();
});

test('an input without a name is reported with its element', async () => {
  const page = await open('<main><h1>Sign in</h1><input name="username"></main>');
  await expect(page.check()).rejects.toThrow(/label \(critical\): <input name="username">/);
  await page.close();
});

test('a password field and a character that the first font lacks are drawn, on a machine without fonts of its own', async () => {
  const page = await open(
    '<main><h1>Sign in</h1><label>Password <input type="password" value="x"></label><p>•☐</p></main>',
  );
  await page.check();
  await page.close();
});
