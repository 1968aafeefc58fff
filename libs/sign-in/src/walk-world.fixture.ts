import type { Facts, PersonFacts, SecondFactor } from './index.ts';

export interface World extends Pick<PersonFacts, 'factors' | 'codes' | 'trustedDevice' | 'actions' | 'recovery'> {
  /** Of `factors` those that were not set up in this sign-in. */
  held: readonly SecondFactor[];
  /** What changed beside the sign-in, once. */
  weather: 'calm' | Weather;
}

/** What may change at any moment, in another browser or by an administrator. */
export const weathers = [
  'factor_added',
  'factors_removed',
  'action_required',
  'policy_tightened',
  'distrusted',
] as const;
export type Weather = (typeof weathers)[number];

export function after(weather: Weather, world: World): World {
  const now = { ...world, weather };
  switch (weather) {
    case 'factor_added':
      return { ...now, factors: withEntry(world.factors, 'webauthn'), held: withEntry(world.held, 'webauthn') };
    case 'factors_removed':
      return { ...now, factors: [], held: [] };
    case 'action_required':
      return { ...now, actions: [...world.actions, 'VERIFY_EMAIL'] };
    case 'distrusted':
      return { ...now, trustedDevice: false };
    default:
      return now;
  }
}

/** Each entry once, in the order in which they came. */
export function withEntry(factors: readonly SecondFactor[], factor: SecondFactor): readonly SecondFactor[] {
  return factors.includes(factor) ? factors : [...factors, factor];
}

export interface Setting {
  /** Whether things change beside the sign-in. */
  changes: boolean;
  world: World;
  policy: Facts['policy'];
  client: Facts['client'];
}

export function factsOf(setting: Setting, world: World): Facts {
  if (world.weather !== 'policy_tightened') return { policy: setting.policy, client: setting.client, person: world };
  const strict = { secondFactorRequired: true, codesRequired: true, repairRequired: true, inGrace: false };
  return {
    policy: { ...setting.policy, ...strict },
    client: { ...setting.client, takesRecovery: false },
    person: world,
  };
}
