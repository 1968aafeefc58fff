import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public by its number, yet answered by the cloud's own host (Azure's wire server). */
const privateInAllButName = new Set(['168.63.129.16']);

/**
 * What an outbound request may reach: `public` is a global unicast address, `loopback` this machine; `refused` is the
 * rest: private, link-local (and the metadata services there), carrier NAT, unique local, multicast, reserved, and
 * every form that carries an IPv4 address inside IPv6 (mapped, NAT64, 6to4, Teredo), because what it leads to depends
 * on the network. Allow-list: unknown ranges are refused.
 */
export function reachOf(address: string): 'public' | 'loopback' | 'refused' {
  if (isIP(address) === 0 || address.includes('%')) return 'refused';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast' || privateInAllButName.has(address)) return 'refused';
  // Only 2000::/3 is global unicast today (IANA); ipaddr.js calls everything it has no name for unicast.
  if (parsed.kind() === 'ipv6' && ((parsed.toByteArray()[0] ?? 0) & 0xe0) !== 0x20) return 'refused';
  return 'public';
}
