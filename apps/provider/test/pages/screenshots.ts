/**
 * Draws every sample page in light and dark, 360 and 1280 px wide, English and Italian, for looking at:
 * `node apps/provider/test/pages/screenshots.ts /tmp/shots [part of a name]`
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '@sparekey/testing';
import { samples } from './samples.ts';
import { serveSamples } from './serve.ts';

const [folder, part = ''] = process.argv.slice(2);
if (!folder) throw new Error('name a folder for the pictures');
await mkdir(folder, { recursive: true });

const server = await serveSamples();
const browser = await launchBrowser();
for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 360, height: 740 },
    { width: 1280, height: 800 },
  ]) {
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    for (const name of Object.keys(samples).filter((each) => each.includes(part))) {
      for (const lang of ['en', 'it']) {
        await page.goto(`${server.url}/${name}?lang=${lang}`);
        await page.screenshot({
          path: join(folder, `${name}-${colorScheme}-${viewport.width}-${lang}.png`),
          fullPage: true,
        });
      }
    }
    await context.close();
  }
}
await browser.close();
await server.close();
