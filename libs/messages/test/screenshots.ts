/**
 * Draws every letter in light and dark, 360 and 1280 px wide, English and Italian, for looking at:
 * `node libs/messages/test/screenshots.ts /tmp/shots`
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '@sparekey/testing';
import { isVetoable, letterLocales, render } from '../src/index.ts';
import { letters } from './letters.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('name a folder for the pictures');
await mkdir(folder, { recursive: true });

const browser = await launchBrowser();
for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 360, height: 640 },
    { width: 1280, height: 640 },
  ]) {
    const page = await browser.newPage({ viewport, colorScheme });
    for (const letter of Object.values(letters)) {
      for (const locale of letterLocales) {
        const notMePath = isVetoable(letter.kind) ? { notMePath: `/not-me/${'n'.repeat(43)}` } : {};
        const issuer = 'https://id.example.com/realms/acme';
        const { html } = render(letter, { locale, username: 'ada.lovelace', realm: 'Acme', issuer, ...notMePath });
        await page.setContent(html);
        const name = `mail-${letter.kind}-${colorScheme}-${viewport.width}-${locale}.png`;
        await page.screenshot({ path: join(folder, name), fullPage: true });
      }
    }
    await page.close();
  }
}
await browser.close();
