import fc from 'fast-check';
import { isPublicAddress } from './outbound-address.ts';

test.each(['8.8.8.8', '1.1.1.1', '192.0.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
  '%s is public',
  (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  },
);

test.each([
  '0.0.0.0',
  '127.0.0.1',
  '127.255.255.254',
  '::1',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '203.0.113.1',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '168.63.129.16',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:0:127.0.0.1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '4000::1',
  '',
  'localhost',
  '127.1',
  '0x7f000001',
])('%j is not public', (ip) => {
  expect(isPublicAddress(ip)).toBe(false);
});

test('no IPv4 address becomes reachable by being wrapped in IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const hex = ip
        .split('.')
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')
        .replace(/^(.{4})/, '$1:');
      const wrapped = [`::ffff:${ip}`, `::${ip}`, `64:ff9b::${ip}`, `2002:${hex}::1`, `::ffff:0:${ip}`];
      expect(wrapped.filter((form) => isPublicAddress(form))).toEqual([]);
    }),
  );
});
