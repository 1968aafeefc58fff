/** localhost and the names below it (RFC 6761 §6.3), 127.0.0.0/8, ::1: what browsers treat as secure over http. */
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Schemes that run code or read files in the browser that follows them; never private-use schemes of an app. */
const DANGEROUS_SCHEMES = new Set(['javascript:', 'vbscript:', 'data:', 'blob:', 'file:', 'about:', 'filesystem:']);

// Browsers drop these before they parse a URL, so that what is stored would not be what is followed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const IGNORED_BY_BROWSERS = /[\u0000-\u0020\u007f\\]/u;

function parse(value: string): URL | string {
  if (IGNORED_BY_BROWSERS.test(value)) return 'holds a space, a backslash or a control character';
  const url = URL.parse(value);
  if (url === null) return 'is not an absolute URL';
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  return url;
}

/** Whether a host name means this machine, wherever it is looked up. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * Why a URL may not be stored as an address that people or this server are sent to (base URL, logout, logo); undefined
 * when it may. https anywhere, http on loopback only (RFC 9700 §2.6).
 */
export function webUrlProblem(value: string): string | undefined {
  const url = parse(value);
  if (typeof url === 'string') return url;
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return `may not use the scheme ${url.protocol}`;
  return isLoopback(url.hostname) ? undefined : 'must use https; plain http is for loopback addresses only';
}

/**
 * Why a URL may not be stored as a redirect URI; undefined when it may. Beside what `webUrlProblem` allows, an app may
 * use a private-use scheme in reverse domain notation (RFC 8252 §7.1). A fragment is never allowed (RFC 6749 §3.1.2).
 */
export function redirectUriProblem(value: string): string | undefined {
  const url = parse(value);
  if (typeof url === 'string') return url;
  if (value.includes('#')) return 'may not hold a fragment';
  if (url.protocol === 'https:' || url.protocol === 'http:') return webUrlProblem(value);
  if (DANGEROUS_SCHEMES.has(url.protocol)) return `may not use the scheme ${url.protocol}`;
  return url.protocol.includes('.') ? undefined : `may not use the scheme ${url.protocol}`;
}

/** Whether a redirect URI belongs to an installed app: it uses a private-use scheme. */
export function isPrivateUseScheme(redirectUri: string): boolean {
  const scheme = URL.parse(redirectUri)?.protocol;
  return scheme !== undefined && scheme !== 'https:' && scheme !== 'http:';
}
