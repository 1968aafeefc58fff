import { createHash, randomUUID } from 'node:crypto';
import { TestBrowser } from './browser.ts';
import { CALLBACK } from './storage.ts';

/** Where a process listens. */
interface Door {
  readonly address: string;
}

/** Processes behind one public URL. */
export interface Doors {
  readonly origin: string;
  readonly processes: readonly [Door, ...Door[]];
}

/** What a request led to. */
export interface Page {
  status: number;
  headers: Headers;
  /** The step that its form posts; undefined where there is none. */
  step: string | undefined;
  csrf: string;
  html: string;
  /** Of a redirect, absolute. */
  location: string | undefined;
}

/** A person at a browser without a screen: cookies, pages and forms, through whichever process it is told. */
export class Visitor {
  readonly #cluster: Doors;
  readonly browser: TestBrowser;
  readonly #verifier = `${randomUUID()}${randomUUID()}`;
  #via: Door;
  /** The address the browser shows. */
  url = '';
  /** The last page that had a form. */
  page: Page | undefined;
  /** Where the last answer led to, outside the provider. */
  location: string | undefined;

  constructor(cluster: Doors, via: Door = cluster.processes[0]) {
    this.#cluster = cluster;
    this.#via = via;
    this.browser = new TestBrowser((url) => url.replace(cluster.origin, this.#via.address));
  }

  /** Everything from now on goes through this process. */
  through(process: Door): this {
    this.#via = process;
    return this;
  }

  /** Comes from the application to the first page of a sign-in. */
  begin(parameters: Record<string, string> = {}): Promise<Page> {
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
    return this.open(`/realms/acme/protocol/openid-connect/auth?${query}`);
  }

  /** Redeems the code that came back to the application, and reads the ID token. */
  async claims(): Promise<Record<string, unknown>> {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(this.location ?? '').searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: this.#verifier,
    });
    const authorization = `Basic ${Buffer.from('app:secret').toString('base64')}`;
    const address = new URL('/realms/acme/protocol/openid-connect/token', this.#via.address);
    const answer = await fetch(address, { method: 'POST', headers: { authorization }, body });
    const { id_token: token = '' } = (await answer.json()) as { id_token?: string };
    if (token === '') throw new Error(`no ID token, but ${answer.status} for ${this.location}`);
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  }

  /** Opens an address of the provider and follows its redirects as far as they stay there. */
  async open(path: string): Promise<Page> {
    const { response, url } = await this.browser.open(new URL(path, this.#cluster.origin), this.#cluster.origin);
    this.url = url.href;
    return this.#keep(await pageOf(response, url.href));
  }

  /** Closes the day: nothing is left but what the browser is known by. */
  endSession(): void {
    const kept = this.browser.steal().filter(({ name }) => name.includes('sparekey_device'));
    this.browser.forget();
    this.browser.plant(kept);
  }

  reload(): Promise<Page> {
    return this.open(this.url);
  }

  /** Posts the form of the last page, any number of times at once; the answer is not followed. */
  async post(fields: Record<string, string>, via = this.#via): Promise<Page> {
    const { url } = this;
    const { step = '', csrf = '' } = this.page ?? {};
    const before = this.#via;
    this.#via = via;
    const answer = this.browser.request(url, {
      method: 'POST',
      body: new URLSearchParams({ csrf, step, action: 'continue', ...fields }),
    });
    this.#via = before;
    return pageOf(await answer, url);
  }

  /** Posts the form of the last page as the browser does: a redirect is followed. */
  async submit(fields: Record<string, string>): Promise<Page> {
    const answer = await this.post(fields);
    return answer.location === undefined ? this.#keep(answer) : this.open(answer.location);
  }

  /** From the application to the page that asks for a backup code. */
  async lostDevice({ username, password }: { username: string; password: string }): Promise<Page> {
    await this.begin();
    await this.submit({ username, password });
    return this.submit({ action: 'try:backup_code' });
  }

  #keep(page: Page): Page {
    if (page.step !== undefined) this.page = page;
    this.location = page.location;
    return page;
  }
}

async function pageOf(response: Response, url: string): Promise<Page> {
  const html = await response.text();
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];
  const location = response.headers.get('location');
  return {
    status: response.status,
    headers: response.headers,
    step: hidden('step'),
    csrf: hidden('csrf') ?? '',
    html,
    location: location === null ? undefined : new URL(location, url).href,
  };
}
