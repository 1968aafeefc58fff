import ipaddr from 'ipaddr.js';
import { z } from 'zod';

// Kinds of values as an environment variable spells them. Each message continues "NAME: …" and says what to do.

export const text = z.string().trim();

/** Comma-separated; blanks around an item do not count. */
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

export const flag = z.enum(['0', '1'], { error: 'use 1 for yes or 0 for no' }).transform((value) => value === '1');

function within(min: number, max: number) {
  const error = `use a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

export function wholeNumber({ min, max, fallback }: { min: number; max: number; fallback: number }) {
  return within(min, max).prefault(String(fallback));
}

export function portNumber(fallback: number) {
  return (
    z
      .string()
      // Kubernetes sets {SERVICE}_PORT=tcp://… in every pod beside a service called "sparekey".
      .refine((value) => !value.startsWith('tcp://'), {
        error: 'was set by Kubernetes for a service of that name: put enableServiceLinks: false into the pod',
        abort: true,
      })
      .pipe(within(1, 65535))
      .prefault(String(fallback))
  );
}

const loopbackName = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** An origin. Plain http only where the browser itself treats it as secure (W3C Secure Contexts §3.1): loopback. */
export const publicUrl = z.string().transform((value, context) => {
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (!URL.canParse(value)) return refuse('use a URL such as https://login.example.com');
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('use a URL that starts with https://');
  if (url.protocol === 'http:' && !loopbackName.test(url.hostname)) {
    return refuse('use https: passwords would cross the network in the clear (http is accepted for localhost only)');
  }
  if (url.username || url.password) return refuse('leave the user name and password out of it');
  if (url.pathname !== '/' || url.search || url.hash) return refuse(`leave out what follows the host: ${url.origin}`);
  return url.origin;
});

/** The beginning of an address. Plain http only where nobody can listen in: loopback. */
export const rangeUrl = text.refine(
  (value) => {
    const url = URL.parse(value);
    if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && loopbackName.test(url.hostname));
  },
  { error: 'use an https URL, without user name, password and fragment' },
);

/** A PostgreSQL URL that names a database. The message never repeats it: it may hold a password. */
export const databaseUrl = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if ((url?.protocol === 'postgres:' || url?.protocol === 'postgresql:') && url.pathname.length > 1) return value;
  context.addIssue({ code: 'custom', message: 'use postgres://user:password@host:5432/database' });
  return z.NEVER;
});

function cidr(item: string): string | undefined {
  if (ipaddr.isValidCIDR(item)) return item;
  // isValid alone takes "127.1" and "0x7f.1" too, which readers of the setting would not.
  if (ipaddr.IPv4.isValidFourPartDecimal(item)) return `${item}/32`;
  return ipaddr.IPv6.isValid(item) ? `${item}/128` : undefined;
}

/** Comma-separated addresses and CIDR ranges; a single address becomes the range that holds only itself. */
export const addressRanges = list.transform((items, context) => {
  const ranges: string[] = [];
  for (const item of items) {
    const range = cidr(item);
    if (range === undefined) {
      context.addIssue({ code: 'custom', message: `"${item}" is no address: use 10.0.0.1, 10.0.0.0/8 or fd00::/8` });
    } else ranges.push(range);
  }
  return ranges;
});
