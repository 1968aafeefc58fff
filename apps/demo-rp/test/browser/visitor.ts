import { expectAccessible } from '@sparekey/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { AuthenticatorApp } from './authenticator-app.ts';
import type { Person } from './people.ts';
import type { Product } from './product.ts';

export type Application = 'payroll' | 'wiki';

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** Kinds of pages that were found accessible in this run: a kind is looked at once. */
const accessible = new Set<string>();

/** One browser at the product: what a person does there, by the names and values that scripts may rely on. */
export class Visitor {
  readonly page: Page;
  /** What the browser itself found wrong, such as a breach of the content security policy; shared by its tabs. */
  readonly complaints: string[];
  readonly #product: Product;
  readonly #hasJavaScript: boolean;

  constructor(product: Product, page: Page, hasJavaScript: boolean, complaints: string[] = []) {
    this.page = page;
    this.complaints = complaints;
    this.#product = product;
    this.#hasJavaScript = hasJavaScript;
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // Chromium writes a line for every answer above 399; those are the tests' business.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
      this.complaints.push(`${page.url()}: ${message.text()}`);
    });
  }

  /** Another tab of the same browser. */
  async tab(): Promise<Visitor> {
    const page = await this.page.context().newPage();
    return new Visitor(this.#product, page, this.#hasJavaScript, this.complaints);
  }

  /** Opens an address and looks at the page that comes in the end. */
  async goto(url: string): Promise<void> {
    await this.page.goto(url);
    await this.#look();
  }

  /** To an application, and from its own page on to signing in. */
  async begin(application: Application = 'payroll'): Promise<void> {
    await this.goto(`${this.#product.applicationUrl}/${application}`);
    await this.follow('a[href$="/sign-in"]');
  }

  /** An authorization request of an application with more in it than its links ask for. */
  async beginWith(parameters: Record<string, string>, application: Application = 'payroll'): Promise<void> {
    const { request } = this.page.context();
    const response = await request.get(`${this.#product.applicationUrl}/${application}/sign-in`, { maxRedirects: 0 });
    const url = new URL(response.headers().location ?? '');
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    await this.goto(url.href);
  }

  async account(path = ''): Promise<void> {
    await this.goto(`${this.#product.accountUrl}${path}`);
  }

  /** Does something that leads to another page and looks at that. */
  async leads(act: () => Promise<unknown>): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await act();
    await loaded;
    await this.#look();
  }

  follow = (selector: string): Promise<void> => this.leads(() => this.page.locator(selector).first().click());
  reload = (): Promise<void> => this.leads(() => this.page.reload());

  /** Presses a button by its value: `continue` is the main one. */
  press = (action: string): Promise<void> =>
    this.follow(`button[type=submit][name=action][value=${JSON.stringify(action)}]`);

  /** Fills the inputs of these names and continues. */
  async submit(fields: Readonly<Record<string, string>> = {}, action = 'continue'): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await this.page.locator(`input[name=${name}]`).fill(value);
    await this.press(action);
  }

  heading = (): Promise<string> => this.page.locator('h1').innerText();
  alert = (): Promise<string> => this.page.locator('[role=alert]').innerText();
  text = (): Promise<string> => this.page.locator('main').innerText();
  has = async (selector: string): Promise<boolean> => (await this.page.locator(selector).count()) > 0;
  asks = (name: string): Promise<boolean> => this.has(`input[name=${name}]`);

  password = ({ username, password }: Person): Promise<void> => this.submit({ username, password });
  otp = async (person: Person): Promise<void> => this.submit({ otp: await this.#product.past.freshCode(person) });

  /** Sets up an authenticator app from the page that offers one, by the address in its QR code. */
  async enrol(person: Person, label = 'Pixel 9'): Promise<void> {
    person.app = AuthenticatorApp.scan((await this.page.locator('a[href^="otpauth:"]').getAttribute('href')) ?? '');
    await this.submit({ label, otp: person.app.code() });
  }

  codes = (): Promise<string[]> => this.page.locator('[data-backup-code]').allTextContents();

  /** Saves the codes on the page and types one of them back. */
  async saveCodes(): Promise<string[]> {
    const codes = await this.codes();
    await this.submit({ confirm_code: codes[0] ?? '' });
    return codes;
  }

  /** The ways out of a page, as they are offered: `try:email`, `try:backup_code`, `cancel`. */
  ways = (): Promise<(string | null)[]> =>
    this.page.locator('.ways button').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('value')));

  /** Closes the day: signs out of everything in this browser, which stays known by its own cookie. */
  async endSessions(): Promise<Cookies> {
    const context = this.page.context();
    const cookies = (await context.cookies()).filter(({ name }) => name.includes('sparekey_device'));
    await context.clearCookies();
    await context.addCookies(cookies);
    return cookies;
  }

  /** A first sign-in up to the application, whatever the person still has to set up; the backup codes, when there are new ones. */
  async signIn(person: Person, application: Application = 'payroll'): Promise<string[]> {
    await this.begin(application);
    return this.prove(person);
  }

  /** Everything that is asked of a person between the first page and the application. */
  async prove(person: Person): Promise<string[]> {
    if (await this.asks('username')) await this.password(person);
    else if (await this.asks('password')) await this.submit({ password: person.password });
    if (await this.has('a[href^="otpauth:"]')) await this.enrol(person);
    else if (await this.asks('otp')) await this.otp(person);
    return (await this.asks('confirm_code')) ? this.saveCodes() : [];
  }

  /** Password, then a backup code in place of the lost device. */
  async recover(person: Person, code: string, application: Application = 'payroll'): Promise<void> {
    await this.begin(application);
    await this.password(person);
    await this.press('try:backup_code');
    await this.submit({ backup_code: code });
  }

  /** What the application was told; undefined when nobody is signed in there. */
  async claims(): Promise<{ acr: string; amr: string[]; all: Record<string, string> } | undefined> {
    if (!(await this.has('#acr'))) return undefined;
    const acr = await this.page.locator('#acr').innerText();
    const amr = (await this.page.locator('#amr').innerText()).split(' ').sort();
    const names = await this.page.locator('#claims dt').allTextContents();
    const values = await this.page.locator('#claims dd').allTextContents();
    return { acr, amr, all: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
  }

  async #look(): Promise<void> {
    if (!this.#hasJavaScript) return;
    const { page } = this;
    const dark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
    const kind = `${await page.title()} ${await this.has('[role=alert]')} ${await page.locator('html').getAttribute('lang')} ${dark}`;
    if (accessible.has(kind)) return;
    accessible.add(kind);
    await expectAccessible(page);
  }
}
