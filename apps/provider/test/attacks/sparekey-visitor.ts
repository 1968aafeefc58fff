import { createHash, randomBytes } from 'node:crypto';
import { TestBrowser } from '../../src/testing/browser.ts';
import { CALLBACK } from '../../src/testing/storage.ts';
import type { Proof, Screen, Tokens, Visitor } from './target.ts';

const fields = {
  password: 'password',
  totp: 'otp',
  backup_code: 'backup_code',
  email_code: 'email_code',
  sms_code: 'sms_code',
  webauthn: 'webauthn',
} as const;

/** Where a visitor goes, and how the application asks for tokens. */
export interface Site {
  origin: string;
  realm: string;
  token(form: Record<string, string>): Promise<{ status: number; tokens: Tokens }>;
}

/** A browser at Sparekey's pages, which are forms with hidden inputs `csrf` and `step` and buttons `action`. */
export class SparekeyVisitor implements Visitor {
  readonly browser: TestBrowser;
  screen: Screen;
  readonly #site: Site;
  #verifier = '';

  constructor(site: Site, browser = new TestBrowser(), screen = nothing(site)) {
    this.#site = site;
    this.browser = browser;
    this.screen = screen;
  }

  begin(parameters: Record<string, string> = {}): Promise<Screen> {
    this.#verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      state: 'state',
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return this.open(`/realms/${this.#site.realm}/protocol/openid-connect/auth?${query}`);
  }

  signIn(login: string, password: string): Promise<Screen> {
    return this.post({ username: login, password });
  }

  prove(proof: Proof, value: string): Promise<Screen> {
    return this.post({ [fields[proof]]: value });
  }

  another(proof: Proof): Promise<Screen> {
    return this.post({ action: `try:${proof.replace(/^(email|sms)_code$/, '$1')}` });
  }

  later(): Promise<Screen> {
    return this.post({ action: 'later' });
  }

  confirm(code: string, more: Record<string, string> = {}): Promise<Screen> {
    return this.post({ confirm_code: code, ...more });
  }

  async open(address: string | URL): Promise<Screen> {
    const { origin } = this.#site;
    const { response, url } = await this.browser.open(new URL(address, origin), origin);
    return this.#show(response, url);
  }

  async post(posted: Record<string, string>): Promise<Screen> {
    const { url, html } = this.screen;
    const body = new URLSearchParams({ ...hiddenOf(html), action: 'continue', ...posted });
    const response = await this.browser.request(url, { method: 'POST', body });
    const location = response.headers.get('location');
    if (location === null) return this.#show(response, url);
    const next = new URL(location, url);
    return next.origin === this.#site.origin ? this.open(next) : this.#show(response, next);
  }

  tab(): Visitor {
    return new SparekeyVisitor(this.#site, this.browser, this.screen);
  }

  redeem(): Promise<{ status: number; tokens: Tokens }> {
    const code = this.screen.url.searchParams.get('code') ?? '';
    const grant = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
    return this.#site.token({ ...grant, code, code_verifier: this.#verifier });
  }

  async #show(response: Response, url: URL): Promise<Screen> {
    const html = await response.text();
    const codes = [...html.matchAll(/data-backup-code=""[^>]*>([^<]+)</g)].map(([, code = '']) => code);
    this.screen = { status: response.status, headers: response.headers, html, url, asks: asksOf(html, url), codes };
    return this.screen;
  }
}

function nothing({ origin }: Site): Screen {
  return { status: 0, headers: new Headers(), html: '', url: new URL(origin), asks: 'other', codes: [] };
}

function asksOf(html: string, url: URL): Screen['asks'] {
  if (url.href.startsWith(`${CALLBACK}?`)) return url.searchParams.has('code') ? 'arrived' : 'other';
  const has = (field: string) => html.includes(`name="${field}"`);
  if (has('username') && has('password')) return 'sign_in';
  if (has('confirm_code')) return 'confirm_codes';
  if (has('label') || html.includes('value="later"')) return 'setup';
  for (const proof of ['totp', 'backup_code', 'email_code', 'sms_code'] as const) if (has(fields[proof])) return proof;
  return has('webauthn') ? 'webauthn' : 'other';
}

export function hiddenOf(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}
