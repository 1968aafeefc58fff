import type { SignInState } from '@sparekey/sign-in';
import type { Step } from '../journey.ts';
import { consent } from './consent.ts';
import { enrol } from './enrol.ts';
import { factor, stepUp } from './factor.ts';
import { identify } from './identify.ts';
import { password } from './password.ts';
import { recovery } from './recovery.ts';
import { replenish } from './replenish.ts';

/** A page and its form for every state that asks something. */
export const steps: { [A in Exclude<SignInState['at'], 'done' | 'denied'>]: Step<A> } = {
  identify,
  password,
  factor,
  stepUp,
  recovery,
  enrol,
  replenish,
  consent,
};
