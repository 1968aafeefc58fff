import type { SignInState } from '@sparekey/sign-in';
import type { Step } from '../journey.ts';
import { action } from './action.ts';
import { consent } from './consent.ts';
import { coolDown } from './cool-down.ts';
import { enrol } from './enrol.ts';
import { factor, stepUp } from './factor.ts';
import { identify } from './identify.ts';
import { mail } from './mail.ts';
import { password } from './password.ts';
import { recovery } from './recovery.ts';
import { replenish } from './replenish.ts';

/** States without a page of their own: they end the journey. */
type WithoutPage = 'done' | 'denied';

/** A page and its form for every state that asks something. */
export const steps: { [A in Exclude<SignInState['at'], WithoutPage>]: Step<A> } = {
  identify,
  mail,
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
