import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network whose failures are counted together: /24 of IPv4 (also when mapped into IPv6), /48 of IPv6, which is what
 * one customer usually gets. What is no address is one network of its own, so that garbage gives no extra tries.
 */
export function networkOf(ip: string): string {
  const address = ip.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(address)) return 'unknown';
  const [head = ''] = address.split('::');
  const hextets = head === '' ? [] : head.split(':');
  const first = [0, 1, 2].map((place) => Number.parseInt(hextets[place] ?? '0', 16).toString(16));
  return `${first.join(':')}::/48`;
}
