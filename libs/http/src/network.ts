import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Tells whether an address lies in some ranges. */
export type AddressTest = (ip: string) => boolean;

/** Stands for an address that cannot be known, as when the peer hung up before it was read. */
export const unknownAddress = 'unknown';

/** One spelling per address: IPv4-mapped IPv6 becomes IPv4, IPv6 is compressed, a zone is cut off. Undefined when it is no address. */
export function normaliseAddress(text: string): string | undefined {
  const address = text.includes('%') && isIPv6(text) ? text.slice(0, text.indexOf('%')) : text;
  if (isIPv4(address)) return address;
  // isIP first: ipaddr.js also reads the octal, hexadecimal and short forms that inet_aton knows.
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

/**
 * Builds the test for a list of addresses and CIDR ranges, IPv4 or IPv6. An empty list holds nothing.
 * @throws TypeError naming the entry that is neither.
 */
export function addressesIn(list: readonly string[]): AddressTest {
  const ranges = list.map((entry) => {
    const [address = '', prefix] = entry.split('/');
    const normal = normaliseAddress(address);
    if (normal === undefined) throw new TypeError(`"${entry}" is neither an address nor a CIDR range`);
    const parsed = ipaddr.parse(normal);
    const bits = parsed.kind() === 'ipv4' ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    if (!/^\d{1,3}$/.test(prefix ?? String(bits)) || length > bits) {
      throw new TypeError(`"${entry}" is neither an address nor a CIDR range`);
    }
    return [parsed, length] as const;
  });
  return (ip) => {
    const normal = normaliseAddress(ip);
    if (normal === undefined) return false;
    const address = ipaddr.parse(normal);
    return ranges.some(([range, length]) =>
      address.kind() === range.kind() ? address.match(range as typeof address, length) : false,
    );
  };
}

/** An entry of X-Forwarded-For: an address, perhaps with a port (`192.0.2.1:443`, `[2001:db8::1]:443`). */
function forwardedAddress(entry: string): string | undefined {
  const text = entry.trim();
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/.exec(text);
  const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(text);
  const address = bracketed?.[1] ?? withPort?.[1] ?? text;
  // A zone means something on one host only; nobody forwards one in earnest.
  return address.includes('%') ? undefined : normaliseAddress(address);
}

/**
 * The address a request is attributed to: the peer, or, when the peer is a trusted proxy, the rightmost address in
 * X-Forwarded-For that is not one. Reading stops at the first entry that is no address: nothing to the left of it was
 * vouched for by anyone we trust, so the hop that wrote it stands for the client. No header ever yields "no address",
 * which is how CVE-2024-47070 skipped a policy.
 */
export function clientAddress(request: IncomingMessage, trusted: AddressTest): string {
  let address = normaliseAddress(request.socket.remoteAddress ?? '');
  if (address === undefined) return unknownAddress;
  const header = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  while (entries.length > 0 && trusted(address)) {
    const next = forwardedAddress(entries.pop() ?? '');
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/**
 * The network that attempts are counted under: /24 of IPv4, /48 of IPv6 (the least a site is given, RFC 6177), so that
 * one household or one rented prefix is one network. What is no address falls into one common network.
 */
export function networkOf(ip: string): string {
  const normal = normaliseAddress(ip);
  if (normal === undefined) return unknownAddress;
  const bytes = ipaddr.parse(normal).toByteArray();
  const length = bytes.length === 4 ? 24 : 48;
  return `${ipaddr.fromByteArray(bytes.fill(0, length / 8))}/${length}`;
}

/**
 * An address as it is shown to people: enough to tell one network from another, too little to find a household by.
 * "203.0.113.•••", "2001:db8:85a3:•••". Undefined for what is no address.
 */
export function maskAddress(ip: string): string | undefined {
  const normal = normaliseAddress(ip);
  if (normal === undefined) return undefined;
  const address = ipaddr.parse(normal);
  if (address.kind() === 'ipv4') return `${normal.split('.').slice(0, 3).join('.')}.•••`;
  const parts = (address as ipaddr.IPv6).parts.slice(0, 3).map((part) => part.toString(16));
  return `${parts.join(':')}:•••`;
}
