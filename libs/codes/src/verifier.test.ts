import fc from 'fast-check';
import { findVerifier, PADDED_SET_SIZE, VERIFIER_BYTES, type VerifierContext, verifierOf } from './index.ts';

const bytes = (from: number) => Buffer.from(Array.from({ length: 32 }, (_, n) => from + n));
const pepper = bytes(0);
const raw = bytes(32);
const context: VerifierContext = { realmId: 'realm-1', userId: 'user-1', setId: 'set-1', version: 1 };

const verifier = fc.uint8Array({ minLength: VERIFIER_BYTES, maxLength: VERIFIER_BYTES });

test('the construction stays what stored sets were made with', () => {
  // Computed apart, with Python: HMAC over the parts, each after its length in four bytes.
  expect(verifierOf(pepper, context, raw).toString('hex')).toBe(
    'ba84d668c44b45a0a92520f3d546127d8e8ee9ac2e40e6561e84cd8050c6eb6b',
  );
});

test('a verifier moved to another realm, person, set or version, or under another pepper, is another one', () => {
  const same = verifierOf(pepper, context, raw);
  const others = [
    verifierOf(bytes(1), context, raw),
    verifierOf(pepper, { ...context, realmId: 'realm-2' }, raw),
    verifierOf(pepper, { ...context, userId: 'user-2' }, raw),
    verifierOf(pepper, { ...context, setId: 'set-2' }, raw),
    verifierOf(pepper, { ...context, version: 2 }, raw),
    verifierOf(pepper, context, bytes(33)),
  ];
  expect(new Set([same, ...others].map((one) => one.toString('hex'))).size).toBe(others.length + 1);
});

test('no two different contexts run together to one message', () => {
  const part = fc.string({ maxLength: 4 });
  const parts = fc.record({ realmId: part, userId: part, setId: part, version: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      expect(verifierOf(pepper, a, raw)).not.toEqual(verifierOf(pepper, b, raw));
    }),
  );
  const moved = { ...context, realmId: 'realm-1user', userId: '-1' };
  expect(verifierOf(pepper, moved, raw)).not.toEqual(verifierOf(pepper, context, raw));
});

test('a verifier is found at its own place, wherever that is, and nowhere once it is gone', () => {
  const set = fc.uniqueArray(verifier, { minLength: 1, maxLength: PADDED_SET_SIZE, selector: (v) => v.join() });
  fc.assert(
    fc.property(set, fc.nat(), (verifiers, at) => {
      const place = at % verifiers.length;
      const wanted = verifiers[place] ?? new Uint8Array();
      expect(findVerifier(verifiers, wanted)).toBe(place);
      expect(findVerifier(verifiers.with(place, new Uint8Array()), wanted)).toBeUndefined();
      const used = verifiers.map((one, index) => (index === place ? null : one));
      expect(findVerifier(used, wanted)).toBeUndefined();
      for (const [index, one] of used.entries()) if (one !== null) expect(findVerifier(used, one)).toBe(index);
    }),
  );
});

test('one changed bit is another verifier', () => {
  fc.assert(
    fc.property(verifier, fc.integer({ min: 0, max: VERIFIER_BYTES * 8 - 1 }), (stored, bit) => {
      const changed = Uint8Array.from(stored, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(findVerifier([null, stored], changed)).toBeUndefined();
    }),
  );
});

test('what stands in for missing places never matches, not even itself', () => {
  const zeros = Buffer.alloc(VERIFIER_BYTES);
  expect(findVerifier([], zeros)).toBeUndefined();
  expect(
    findVerifier(
      Array.from({ length: 20 }, () => null),
      zeros,
    ),
  ).toBeUndefined();
  expect(findVerifier([Buffer.alloc(31)], zeros)).toBeUndefined();
});

test('places beyond the padding are searched too', () => {
  const set = Array.from({ length: 25 }, (_, n) => bytes(n));
  expect(findVerifier(set, bytes(24))).toBe(24);
});
