interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** RFC 6265 §5.1.4. */
function pathMatches(requestPath: string, cookiePath: string): boolean {
  if (requestPath === cookiePath) return true;
  return requestPath.startsWith(cookiePath) && (cookiePath.endsWith('/') || requestPath[cookiePath.length] === '/');
}

/** The part of a browser that a protocol test needs: cookies by path, and redirects followed only when asked. */
export class TestBrowser {
  #cookies: Cookie[] = [];
  /** Every address visited, in order. */
  readonly visited: string[] = [];
  readonly #route: (url: string) => string;

  /** `route` stands for the name service: which address a URL is fetched from. */
  constructor(route: (url: string) => string = (url) => url) {
    this.#route = route;
  }

  cookiesFor(url: string | URL): Cookie[] {
    const { pathname } = new URL(url);
    return this.#cookies.filter((cookie) => pathMatches(pathname, cookie.path));
  }

  /** Hands over all cookies, as a copied browser profile would. */
  steal(): Cookie[] {
    return structuredClone(this.#cookies);
  }

  /** A fresh profile. */
  forget(): void {
    this.#cookies = [];
  }

  plant(cookies: Cookie[]): void {
    this.#cookies.push(...cookies);
  }

  async request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const header = this.cookiesFor(url)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    this.visited.push(String(url));
    const headers = new Headers(init.headers);
    if (!headers.has('accept')) headers.set('accept', 'text/html');
    if (header !== '') headers.set('cookie', header);
    const response = await fetch(this.#route(String(url)), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#store(line, new URL(url).pathname);
    return response;
  }

  /** Follows redirects while they lead to `origin`; returns where it stopped: a page, or an address elsewhere. */
  async open(url: string | URL, origin: string): Promise<{ response: Response; url: URL }> {
    let current = new URL(url);
    for (let hop = 0; hop < 20; hop += 1) {
      const response = await this.request(current);
      const location = response.headers.get('location');
      if (location === null) return { response, url: current };
      current = new URL(location, current);
      if (current.origin !== origin) return { response, url: current };
    }
    throw new Error(`redirected in a circle: ${this.visited.slice(-4).join(' → ')}`);
  }

  #store(line: string, requestPath: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const attribute = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? requestPath;
    const expires = attribute('expires');
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (value === '' || (expires !== undefined && Date.parse(expires) < Date.now())) return;
    this.#cookies.push({ name, value, path });
  }
}
