import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public by its number, yet answered by the cloud's own host (Azure's wire server). */
const privateInAllButName = new Set(['168.63.129.16']);

/**
 * Whether an address is a global unicast one. False for private, link-local (and the metadata services there), carrier
 * NAT, unique local, loopback, multicast and reserved ones, and for every form that carries an IPv4 address inside IPv6
 * (mapped, NAT64, 6to4, Teredo), because what it leads to depends on the network. Unknown ranges are not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || privateInAllButName.has(address)) return false;
  // Only 2000::/3 is global unicast today (IANA); ipaddr.js calls everything it has no name for unicast.
  return parsed.kind() === 'ipv4' || ((parsed.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}
