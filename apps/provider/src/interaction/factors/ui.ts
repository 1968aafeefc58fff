import type { Factor } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import type { SecondFactor, SignInState } from '@sparekey/sign-in';
import type { FormProblem, Html, OtherWay } from '../../pages/index.ts';
import type { Services } from '../../services.ts';
import type { Journey, Outcome } from '../journey.ts';

type At<A extends SignInState['at']> = Extract<SignInState, { at: A }>;

/** A journey that asks for a second factor. */
export type Asking = Journey<At<'factor'> | At<'stepUp'>>;

/** A journey that sets one up. */
export type Enrolling = Journey<At<'enrol'>>;

/** How a second factor meets people within a sign-in: the page that asks for it, and the page that sets it up. */
export interface SecondFactorUi {
  readonly kind: SecondFactor;
  factorOf(services: Services): Factor;
  ask(journey: Asking, ways: OtherWay[], problem?: FormProblem, posted?: Form): Promise<Html>;
  /** `ways` are those of `ask`, for an answer that is a page. */
  act(journey: Asking, form: Form, ways: OtherWay[]): Promise<Outcome>;
  /** Absent for a factor that nobody sets up within a sign-in. */
  readonly enrol?: {
    ask(journey: Enrolling, ways: OtherWay[], problem?: FormProblem, posted?: Form): Promise<Html>;
    act(journey: Enrolling, form: Form): Promise<Outcome>;
  };
}
