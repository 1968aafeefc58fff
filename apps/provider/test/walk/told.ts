import type { Step } from './world.ts';

/** A step in words, for people who read a failure. */
export function told({ browser, what, method, url, fields }: Step, twice: boolean): string {
  const sent = fields
    .filter(([name]) => name !== 'csrf')
    .map(([name, value]) => `${name}=${value.slice(0, 40)}`)
    .join(' ');
  const times = twice ? 'twice at once ' : '';
  return `${browser.name} (aims at ${browser.aim.username}): ${what} ${times}${method} ${url.pathname}${url.search.slice(0, 160)} ${sent}`;
}
