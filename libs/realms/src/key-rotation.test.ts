import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { RealmId } from '@sparekey/contracts';
import fc from 'fast-check';
import { type KeyMove, planRotation } from './key-rotation.ts';
import type { SigningAlg, SigningKey, SigningKeyState } from './model.ts';
import { createSigningKey } from './signing-keys.ts';

const timing = { publishSeconds: 600, retireSeconds: 3600 };
const start = new Date('2026-01-01T00:00:00Z');
const realmId = '019b0000-0000-7000-8000-000000000001' as RealmId;

function key(kid: string, state: SigningKeyState, ageSeconds: number, alg: SigningAlg = 'ES256'): SigningKey {
  const since = new Date(start.getTime() - ageSeconds * 1000);
  return { kid, realmId, alg, state, privateJwk: {}, createdAt: since, stateChangedAt: since };
}

function apply(keys: SigningKey[], moves: KeyMove[], now: Date): SigningKey[] {
  return keys.map((one) => {
    const to = moves.findLast((move) => move.kid === one.kid)?.to;
    return to === undefined ? one : { ...one, state: to, stateChangedAt: now };
  });
}

test('a published key does not sign before the publish wait is over', () => {
  expect(planRotation([key('old', 'active', 9999), key('new', 'published', 599)], start, timing)).toEqual([]);
});

test('the active key retires before its successor signs', () => {
  expect(planRotation([key('new', 'published', 600), key('old', 'active', 9999)], start, timing)).toEqual([
    { kid: 'old', alg: 'ES256', from: 'active', to: 'retiring' },
    { kid: 'new', alg: 'ES256', from: 'published', to: 'active' },
  ]);
});

test('a retiring key stays in the JWKS until everything it signed has expired', () => {
  expect(planRotation([key('old', 'retiring', 3599)], start, timing)).toEqual([]);
  expect(planRotation([key('old', 'retiring', 3600)], start, timing)).toEqual([
    { kid: 'old', alg: 'ES256', from: 'retiring', to: 'retired' },
  ]);
});

test('without an active key the published one takes over at once', () => {
  expect(planRotation([key('new', 'published', 0)], start, timing)).toEqual([
    { kid: 'new', alg: 'ES256', from: 'published', to: 'active' },
  ]);
});

test('an active key without a successor goes on signing', () => {
  expect(planRotation([key('only', 'active', 1e9)], start, timing)).toEqual([]);
});

const anyKeys = fc
  .array(
    fc.record({
      state: fc.constantFrom<SigningKeyState>('published', 'active', 'retiring', 'retired'),
      alg: fc.constantFrom<SigningAlg>('ES256', 'RS256', 'EdDSA'),
      age: fc.nat(10_000),
    }),
    { maxLength: 12 },
  )
  .map((drawn) => {
    const taken = new Set<SigningAlg>();
    return drawn.map(({ state, alg, age }, index) => {
      const second = state === 'active' && taken.has(alg);
      if (state === 'active') taken.add(alg);
      return key(`k${index}`, second ? 'retiring' : state, age, alg);
    });
  });

test('whatever the keys: no algorithm loses its signer, none has two at any step, and the plan is finished in one go', () => {
  fc.assert(
    fc.property(anyKeys, (keys) => {
      const moves = planRotation(keys, start, timing);
      const signers = (of: SigningKey[], alg: SigningAlg) => of.filter((k) => k.alg === alg && k.state === 'active');
      for (let made = 0; made <= moves.length; made += 1)
        for (const alg of ['ES256', 'RS256', 'EdDSA'] as const)
          expect(signers(apply(keys, moves.slice(0, made), start), alg).length).toBeLessThanOrEqual(1);
      const after = apply(keys, moves, start);
      for (const alg of ['ES256', 'RS256', 'EdDSA'] as const)
        if (keys.some((k) => k.alg === alg && (k.state === 'active' || k.state === 'published')))
          expect(signers(after, alg)).toHaveLength(1);
      expect(planRotation(after, start, timing)).toEqual([]);
    }),
  );
});

test.each(['ES256', 'RS256', 'EdDSA'] as const)('a new %s key signs what its public half verifies', async (alg) => {
  const { kid, privateJwk } = await createSigningKey(alg);
  const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const digest = alg === 'EdDSA' ? null : 'sha256';
  const signature = sign(digest, Buffer.from('token'), privateKey);
  expect(verify(digest, Buffer.from('token'), createPublicKey(privateKey), signature)).toBe(true);
  expect(privateJwk).toMatchObject({ kid, alg, use: 'sig' });
  expect(kid).toMatch(/^[A-Za-z0-9_-]{43}$/);
});
