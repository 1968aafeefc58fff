import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { addressesIn, clientAddress, maskAddress, networkOf, normaliseAddress } from './network.ts';

function request(peer: string | undefined, forwardedFor?: string | string[]): IncomingMessage {
  return {
    socket: { remoteAddress: peer },
    headers: { 'x-forwarded-for': forwardedFor },
  } as unknown as IncomingMessage;
}

const trusted = addressesIn(['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.1']);

test.each([
  ['without a proxy the peer is the client', '198.51.100.7', undefined, '198.51.100.7'],
  ['an untrusted peer cannot speak for another', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['a trusted peer speaks for its client', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  [
    'the rightmost untrusted address counts, not what the client put before it',
    '10.0.0.1',
    '1.1.1.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['a chain of trusted proxies is walked', '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.2.3.4, 192.0.2.1', '203.0.113.9'],
  ['a chain of nothing but proxies ends at the first', '10.0.0.1', '10.9.9.9, 10.2.3.4', '10.9.9.9'],
  ['IPv4-mapped peers are trusted as IPv4', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['IPv4-mapped clients are one with their IPv4 form', '10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['an IPv6 proxy is trusted by its range', '2001:db8:1::5', '2001:DB8:2:0::1', '2001:db8:2::1'],
  ['ports are cut off', '10.0.0.1', '203.0.113.9:51234', '203.0.113.9'],
  ['ports of IPv6 are cut off', '10.0.0.1', '[2001:db8:2::1]:51234', '2001:db8:2::1'],
  ['several headers are read as one', '10.0.0.1', ['1.1.1.1', '203.0.113.9, 10.0.0.2'], '203.0.113.9'],
  ['a peer with a zone is known by its address', 'fe80::1%eth0', undefined, 'fe80::1'],
  ['a peer that is gone has no address', undefined, '203.0.113.9', 'unknown'],
])('%s', (_title, peer, header, expected) => {
  expect(clientAddress(request(peer, header), trusted)).toBe(expected);
});

const garbage = [
  '',
  ' ',
  ',',
  ',,,',
  'unknown',
  '_hidden',
  '-',
  '0',
  '203.0.113',
  '203.0.113.9.9',
  '256.1.1.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '2130706433',
  '127.1',
  '203.0.113.9:99999999',
  '203.0.113.9:',
  ':80',
  '[203.0.113.9',
  '[]',
  '[::1',
  '::1]',
  'fe80::1%eth0',
  '1::2::3',
  '::ffff:999.1.1.1',
  '2001:db8::/32',
  '203.0.113.9/32',
  '"203.0.113.9"',
  'for=203.0.113.9',
  '203.0.113.9;x',
  "' or 1=1 --",
  '<script>',
  '\u0000',
  '\u00e9',
  '203.0.113.9\u0000',
  '١.١.١.١',
  'localhost',
  'example.org',
  '__proto__',
  'null',
  'undefined',
  '[object Object]',
  '9'.repeat(10_000),
];

test.each(garbage)('garbage in X-Forwarded-For leaves the peer: %j (CVE-2024-47070)', (value) => {
  expect(clientAddress(request('10.0.0.1', value), trusted)).toBe('10.0.0.1');
  expect(clientAddress(request('10.0.0.1', `203.0.113.9, ${value}`), trusted)).toBe('10.0.0.1');
  expect(clientAddress(request('10.0.0.1', `${value}, 203.0.113.9`), trusted)).toBe('203.0.113.9');
});

test('whatever a header holds, an address comes out', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom(...garbage))), (entries) => {
      const address = clientAddress(request('10.0.0.1', entries.join(',')), trusted);
      expect(isIP(address)).not.toBe(0);
      expect(normaliseAddress(address)).toBe(address);
    }),
  );
});

test('nobody is trusted by default', () => {
  expect(clientAddress(request('127.0.0.1', '203.0.113.9'), addressesIn([]))).toBe('127.0.0.1');
});

test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/a', 'proxy', '::1/129', '10.0.0.0/-1', '10.1'])(
  'a range that is none is refused by name: %s',
  (entry) => {
    expect(() => addressesIn([entry])).toThrow(`"${entry}"`);
  },
);

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:1:2:3::4', '2001:db8:1::/48'],
  ['::1', '::/48'],
  ['nonsense', 'unknown'],
])('the network of %s is %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

test('addresses that share a network share its name, others do not', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(255), (ip, last) => {
      const neighbour = ip.replace(/\d+$/, String(last));
      expect(networkOf(neighbour)).toBe(networkOf(ip));
      const [a = '0', b, c] = ip.split('.');
      expect(networkOf(`${(Number(a) + 1) % 256}.${b}.${c}.1`)).not.toBe(networkOf(ip));
    }),
  );
});

test.each([
  ['203.0.113.77', '203.0.113.•••'],
  ['::ffff:203.0.113.77', '203.0.113.•••'],
  ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3:•••'],
  ['::1', '0:0:0:•••'],
  ['fe80::1%eth0', 'fe80:0:0:•••'],
  ['unknown', undefined],
  ['203.0.113', undefined],
])('of the address %s people are shown %s', (ip, shown) => {
  expect(maskAddress(ip)).toBe(shown);
});
