import type { SignInState } from '@sparekey/sign-in';
import type { Step } from '../journey.ts';
import { action } from './action.ts';
import { consent } from './consent.ts';
import { coolDown } from './cool-down.ts';
import { enrol } from './enrol.ts';
import { factor, stepUp } from './factor.ts';
import { identify } from './identify.ts';
import { password } from './password.ts';
import { recovery } from './recovery.ts';
import { replenish } from './replenish.ts';

/** States without a page of their own: the first two end the journey, the other is not led to. */
type WithoutPage = 'done' | 'denied' | 'mail';

/** A page and its form for every state that asks something. */
export const steps: { [A in Exclude<SignInState['at'], WithoutPage>]: Step<A> } = {
  identify,
  password,
  factor,
  stepUp,
  recovery,
  coolDown,
  enrol,
  replenish,
  action,
  consent,
};
