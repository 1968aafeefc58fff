import { ACR_1FA, ACR_MFA, ACR_PHR, ACR_RECOVERY, type Arrival } from './index.ts';
import { ADA } from './walk.fixture.ts';
import type { Setting, World } from './walk-world.fixture.ts';

const calm: World['recovery'] = { demands: 'nothing', channels: ['email'] };

const worlds: World[] = [
  {
    factors: [],
    held: [],
    weather: 'calm',
    codes: undefined,
    trustedDevice: false,
    actions: ['CONFIGURE_TOTP'],
    recovery: calm,
  },
  {
    factors: ['totp'],
    held: ['totp'],
    weather: 'calm',
    codes: undefined,
    trustedDevice: false,
    actions: ['UPDATE_PASSWORD'],
    recovery: calm,
  },
  {
    factors: ['totp'],
    held: ['totp'],
    weather: 'calm',
    codes: { left: 1, expired: false, expiring: false },
    trustedDevice: false,
    actions: [],
    recovery: calm,
  },
  {
    factors: ['webauthn'],
    held: ['webauthn'],
    weather: 'calm',
    codes: { left: 9, expired: false, expiring: true },
    trustedDevice: false,
    actions: [],
    recovery: calm,
  },
  {
    factors: ['totp', 'email'],
    held: ['totp', 'email'],
    weather: 'calm',
    codes: { left: 9, expired: false, expiring: false },
    trustedDevice: true,
    actions: [],
    recovery: calm,
  },
  {
    factors: ['totp'],
    held: ['totp'],
    weather: 'calm',
    codes: { left: 9, expired: false, expiring: false },
    trustedDevice: false,
    actions: [],
    recovery: { demands: 'other_channel', channels: ['email'] },
  },
  {
    factors: ['totp'],
    held: ['totp'],
    weather: 'calm',
    codes: { left: 9, expired: true, expiring: true },
    trustedDevice: true,
    actions: [],
    recovery: { demands: 'waiting', channels: [] },
  },
  {
    factors: ['email'],
    held: ['email'],
    weather: 'calm',
    codes: { left: 9, expired: false, expiring: false },
    trustedDevice: false,
    actions: [],
    recovery: { demands: 'other_channel', channels: [] },
  },
];

export const arrivals: Arrival[] = [
  { session: undefined, again: 'no' },
  ...[ACR_1FA, ACR_RECOVERY, ACR_MFA, ACR_PHR].map((acr): Arrival => ({ session: { userId: ADA, acr }, again: 'no' })),
  { session: { userId: ADA, acr: ACR_MFA }, again: 'same_person' },
];

/** Realms, clients and people, each varied where the others may depend on it. */
export function* settings(): Generator<Setting> {
  for (const world of worlds)
    for (const acrs of [[], [ACR_MFA], [ACR_PHR]])
      for (const [secondFactorRequired, codesRequired, repairRequired, inGrace, consentNeeded, takesRecovery] of [
        [false, false, false, false, false, true],
        [true, true, true, false, true, true],
        [true, true, false, true, false, true],
        [false, true, false, false, true, false],
      ] as const) {
        const action = consentNeeded ? 'UPDATE_PASSWORD' : undefined;
        yield {
          // In every row of the policy, and for both kinds of client: not in every pair of these.
          changes: !acrs.includes(ACR_PHR) && consentNeeded === (acrs.length === 0),

          world,
          client: { acrs, consentNeeded, takesRecovery, action },
          policy: {
            secondFactorRequired,
            codesRequired,
            repairRequired,
            inGrace,
            enrollable: ['totp', 'email'],
            lowThreshold: 3,
          },
        };
      }
}
