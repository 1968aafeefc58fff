import fc from 'fast-check';
import { networkOf } from './network.ts';

test.each([
  ['192.0.2.17', '192.0.2.0/24'],
  ['::ffff:192.0.2.17', '192.0.2.0/24'],
  ['::FFFF:192.0.2.17', '192.0.2.0/24'],
  ['::ffff:c000:211', '192.0.2.0/24'],
  ['0:0:0:0:0:ffff:192.0.2.17', '192.0.2.0/24'],
  ['2001:db8:abcd:1234::1', '2001:db8:abcd::/48'],
  ['2001:0DB8:ABCD:ffff:1:2:3:4', '2001:db8:abcd::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['2001::1', '2001:0:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
])('%s belongs to %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

test('every spelling of an address leads to one network', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (parts) => {
      const long = parts.map((part) => part.toString(16).padStart(4, '0')).join(':');
      // The URL parser writes the canonical form (RFC 5952).
      const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
      expect(networkOf(short)).toBe(networkOf(long.toUpperCase()));
    }),
  );
});

test('what is no address is counted as one network, and never long enough to refuse storing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
      expect(networkOf(text)).toMatch(
        /^(unknown|\d+\.\d+\.\d+\.0\/24|[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::\/48)$/,
      );
    }),
  );
  expect(networkOf('')).toBe('unknown');
  expect(networkOf('192.0.2')).toBe('unknown');
});
