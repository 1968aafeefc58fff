import { expectAccessible, launchBrowser } from '@sparekey/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { samples } from '../../test/pages/samples.ts';
import { serveSamples } from '../../test/pages/serve.ts';

const names = Object.keys(samples);
let browser: Browser;
let server: Awaited<ReturnType<typeof serveSamples>>;

beforeAll(async () => {
  server = await serveSamples();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A fresh context, so that no page inherits anything from another; fails on anything the page complained about. */
async function look(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await use(page);
  await context.close();
  expect(complaints).toEqual([]);
}

const open = (page: Page, name: string, lang = 'en') => page.goto(`${server.url}/${name}?lang=${lang}`);

test.each([
  ['light', 360, 740, 'it'],
  ['dark', 1280, 800, 'en'],
] as const)('every page is accessible in %s at %i × %i', async (colorScheme, width, height, lang) => {
  await look({ colorScheme, viewport: { width, height } }, async (page) => {
    for (const name of names) {
      await open(page, name, lang);
      await expectAccessible(page);
    }
  });
});

/** What WCAG 2.2 §1.4.10 and §1.4.4 ask of 1280 px: 400 % and 200 % of it, a phone, and a phone with large text. */
const widths = [
  { width: 320, fontSize: '100%' },
  { width: 360, fontSize: '100%' },
  { width: 640, fontSize: '100%' },
  { width: 360, fontSize: '200%' },
];

test('no page scrolls sideways from 320 px on, nor with text at 200 %', async () => {
  // The policy of the page would stop the style that stands for the browser's own setting.
  await look({ viewport: { width: 320, height: 740 }, bypassCSP: true }, async (page) => {
    for (const name of names) {
      await open(page, name, 'it');
      for (const { width, fontSize } of widths) {
        await page.setViewportSize({ width, height: 740 });
        const wider = await page.evaluate<number>(`
          document.documentElement.style.fontSize = '${fontSize}';
          document.documentElement.scrollWidth - window.innerWidth`);
        expect({ name, width, fontSize, wider: Math.max(0, wider) }).toEqual({ name, width, fontSize, wider: 0 });
      }
    }
  });
});

test('everything that can be pressed is at least 44 px high, and text is 16 px or more', async () => {
  await look({ viewport: { width: 360, height: 740 } }, async (page) => {
    for (const name of names) {
      await open(page, name);
      const small = await page.evaluate<string[]>(`
        [...document.querySelectorAll('button, a, summary, input:not([type=hidden])')]
          .filter((element) => element.offsetParent && (element.closest('label') ?? element).getBoundingClientRect().height < 44)
          .map((element) => element.outerHTML)`);
      const fine = await page.evaluate<string[]>(`
        [...document.querySelectorAll('body *')]
          .filter((element) => element.textContent.trim() && parseFloat(getComputedStyle(element).fontSize) < 16)
          .map((element) => element.outerHTML)`);
      expect({ name, small, fine }).toEqual({ name, small: [], fine: [] });
    }
  });
});

test('the keyboard reaches the main button after the fields, sees where it is, and Enter sends the form with it', async () => {
  await look({}, async (page) => {
    await open(page, 'sign-in');
    await page.locator('#username:focus').waitFor();
    await page.keyboard.type('ada');
    const seen: string[] = [];
    for (let press = 0; press < 3; press++) {
      await page.keyboard.press('Tab');
      seen.push(
        await page.evaluate<string>(`(() => {
          const element = document.activeElement;
          const visible = getComputedStyle(element).outlineStyle !== 'none';
          return (element.id || element.value || element.dataset.reveal) + (visible ? '' : ' unseen');
        })()`),
      );
    }
    expect(seen).toEqual(['password', 'password', 'continue']);
    await page.locator('#password').focus();
    const [request] = await Promise.all([
      page.waitForRequest((r) => r.method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    expect(Object.fromEntries(new URLSearchParams(request.postData() ?? ''))).toEqual({
      csrf: 'csrf-token',
      step: 'step-1',
      username: 'ada',
      password: '',
      webauthn: '',
      action: 'continue',
    });
  });
});

test.each(['sign-in-wrong', 'totp-wrong', 'backup-code-tries', 'enrol-totp-wrong', 'locked'])(
  '%s gives its alert the focus, with and without JavaScript',
  async (name) => {
    for (const javaScriptEnabled of [true, false]) {
      await look({ javaScriptEnabled }, async (page) => {
        await open(page, name);
        expect(await page.locator('[role=alert]:focus').count()).toBe(1);
      });
    }
  },
);

test('a field tells its problem to a screen reader', async () => {
  await look({}, async (page) => {
    for (const [name, field] of [
      ['sign-in-wrong', 'username'],
      ['sign-in-wrong', 'password'],
      ['totp-wrong', 'otp'],
      ['backup-code-malformed', 'backup_code'],
      ['change-password-short', 'new_password'],
    ] as const) {
      await open(page, name);
      const told = await page.evaluate<string>(`
        (document.getElementById('${field}').getAttribute('aria-describedby') ?? '')
          .split(' ').map((each) => document.getElementById(each)?.textContent ?? 'missing').join(' ')`);
      expect(await page.locator(`#${field}`).getAttribute('aria-invalid')).toBe('true');
      expect(told).not.toContain('missing');
      expect(told.length).toBeGreaterThan(10);
    }
  });
});

test('"Lost your device?" is in sight without scrolling on a phone', async () => {
  await look({ viewport: { width: 360, height: 640 } }, async (page) => {
    await open(page, 'totp');
    const box = await page.locator('button[name=action][value="try:backup_code"]').boundingBox();
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
  });
});

test('without JavaScript codes can be downloaded, and nothing is offered that would not work', async () => {
  await look({ javaScriptEnabled: false, acceptDownloads: true }, async (page) => {
    await open(page, 'backup-codes');
    expect(await page.locator('[data-copy]').isVisible()).toBe(false);
    expect(await page.locator('[data-print]').isVisible()).toBe(false);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').click()]);
    expect(download.suggestedFilename()).toBe('backup-codes-acme-2026-11-22.txt');
  });
});

test('with JavaScript codes can be copied and printed, and a password shown', async () => {
  await look({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    await open(page, 'backup-codes');
    await page.locator('[data-copy]').click();
    await page.locator('[data-copy]', { hasText: 'Copied' }).waitFor();
    const codes = await page.locator('[data-backup-code]').allTextContents();
    expect(codes).toHaveLength(10);
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(codes.join('\n'));
    expect(await page.locator('[data-print]').isVisible()).toBe(true);
    await open(page, 'sign-in');
    await page.locator('#password').fill('canary');
    await page.locator('[data-reveal]').click();
    expect(await page.locator('#password').getAttribute('type')).toBe('text');
  });
});

test('a double click sends a form once', async () => {
  await look({}, async (page) => {
    const posts: string[] = [];
    await page.route('**/*', async (route) => {
      if (route.request().method() === 'POST') {
        posts.push(route.request().url());
        await route.fulfill({ status: 204 });
      } else await route.continue();
    });
    await open(page, 'totp');
    await page.locator('button[value=continue]').dblclick();
    await page.waitForLoadState('networkidle');
    expect(posts).toHaveLength(1);
  });
});

test('print shows the wallet card alone: realm, account, dates, address, boxes and every code', async () => {
  await look({}, async (page) => {
    await open(page, 'backup-codes');
    await page.emulateMedia({ media: 'print' });
    const text = await page.evaluate<string>('document.body.innerText');
    for (const part of [
      'Backup codes for Acme',
      'ada.lovelace',
      '22 November 2026',
      '22 November 2027',
      'https://id.example.com/',
    ]) {
      expect(text).toContain(part);
    }
    for (const code of await page.locator('[data-backup-code]').allTextContents()) expect(text).toContain(code);
    expect(await page.locator('h1, header, footer, form, .keep').filter({ visible: true }).count()).toBe(0);
    const width = await page.evaluate<number>("document.querySelector('.card').getBoundingClientRect().width");
    // 85.6 mm, as a bank card, at 96 px to the inch.
    expect(Math.round(width)).toBe(Math.round((85.6 / 25.4) * 96));
  });
});

test('nothing moves when the script arrives', async () => {
  await look({ viewport: { width: 360, height: 740 } }, async (page) => {
    for (const name of ['sign-in', 'backup-codes', 'enrol-totp']) {
      await open(page, name);
      const shift = await page.evaluate<number>(`new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      })`);
      expect({ name, shift }).toEqual({ name, shift: 0 });
    }
  });
});
