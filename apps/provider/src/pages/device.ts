import bowser from 'bowser';

/** Browser and system of a User-Agent header, for the list of sessions; empty where they cannot be told. */
export function deviceOf(userAgent: string | undefined): { browser?: string; os?: string } {
  if (!userAgent) return {};
  const { browser, os } = bowser.parse(userAgent.slice(0, 512));
  return { ...(browser.name ? { browser: browser.name } : {}), ...(os.name ? { os: os.name } : {}) };
}
