import fc from 'fast-check';
import { Keyring, keyIdOf, type SealedPlace } from './keyring.ts';

const first = Buffer.alloc(32, 1);
const second = Buffer.alloc(32, 2);
const place: SealedPlace = { table: 't', realmId: 'r', row: '1', userId: 'u', purpose: 'totp_secret' };

test('what was sealed opens in its place only', () => {
  const keyring = new Keyring([first]);
  const sealed = keyring.seal(Buffer.from('seed'), place);
  expect(keyring.open(sealed, place).toString()).toBe('seed');
  const elsewhere: SealedPlace[] = [
    { ...place, table: 'x' },
    { ...place, realmId: 'x' },
    { ...place, row: '2' },
    { ...place, userId: 'v' },
    { ...place, userId: undefined },
    { ...place, purpose: 'client_secret' },
    { ...place, row: '1","u' },
  ];
  for (const other of elsewhere) expect(() => keyring.open(sealed, other)).toThrow('does not open');
});

test('no changed, cut or extended value opens', () => {
  const keyring = new Keyring([first]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, at, flip) => {
      const sealed = keyring.seal(Buffer.from(plain), place);
      expect(keyring.open(sealed, place)).toEqual(Buffer.from(plain));
      const changed = Buffer.from(sealed);
      const position = at % sealed.length;
      changed.writeUInt8(changed.readUInt8(position) ^ flip, position);
      expect(() => keyring.open(changed, place)).toThrow();
      expect(() => keyring.open(sealed.subarray(0, position), place)).toThrow();
      expect(() => keyring.open(Buffer.concat([sealed, Buffer.of(flip)]), place)).toThrow();
    }),
  );
});

test('the same text is never sealed to the same value', () => {
  const keyring = new Keyring([first]);
  const values = Array.from({ length: 50 }, () => keyring.seal(Buffer.from('x'), place).toString('hex'));
  expect(new Set(values).size).toBe(50);
});

test('after a change of master keys old values open, new ones are sealed under the new key, and the old pepper is reached', () => {
  const before = new Keyring([first]);
  const after = new Keyring([second, first]);
  const sealed = before.seal(Buffer.from('seed'), place);
  expect(after.open(sealed, place).toString()).toBe('seed');
  expect(keyIdOf(after.seal(Buffer.from('seed'), place))).toBe(after.currentKeyId);
  expect(after.deriveKey('pepper', keyIdOf(sealed))).toEqual(before.deriveKey('pepper'));
  expect(after.deriveKey('pepper')).not.toEqual(before.deriveKey('pepper'));
  expect(() => new Keyring([second]).open(sealed, place)).toThrow('not configured');
});

test('derived keys differ by purpose, are stable, and a caller cannot change them for others', () => {
  const keyring = new Keyring([first]);
  const csrf = keyring.deriveKey('csrf');
  expect(csrf).toHaveLength(32);
  expect(csrf).not.toEqual(keyring.deriveKey('cookies'));
  csrf.fill(0);
  expect(keyring.deriveKey('csrf')).toEqual(new Keyring([first]).deriveKey('csrf'));
  expect(keyring.deriveKey('csrf')).not.toEqual(csrf);
});
