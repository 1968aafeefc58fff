import type { Form } from '@sparekey/http';
import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { Facts, SignIn, SignInState } from '@sparekey/sign-in';
import type { Context } from 'koa';
import type { InteractionView } from '../oidc/interaction.ts';
import type { FormProblem, Html, View } from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** One request within a sign-in: everything a step may look at. */
export interface Journey<S extends SignInState = SignInState> {
  ctx: Context;
  services: Services;
  realm: ServedRealm;
  interaction: InteractionView;
  signIn: SignIn;
  /** The state of `signIn`, narrowed to the step that is asked. */
  state: S;
  facts: Facts;
  /** The policy the person is under; the realm's while nobody is proven. */
  policy: Policy;
  /** The person of `state.proven`. */
  person: User | undefined;
  view: View;
  /** Hidden inputs of every form of this step. */
  form: { csrf: string; step: SignInState['at'] };
}

/** What a posted form led to. */
export type Outcome =
  /** The journey moved and is saved; the browser is sent on. */
  | { kind: 'moved'; signIn: SignIn }
  /** Nothing moved: the page again, with what to do next. */
  | { kind: 'refused'; problem: FormProblem; status: number; retryAfterSeconds?: number }
  /** A page that can be shown only now, such as codes that nobody can read again. */
  | { kind: 'page'; html: Html; status?: number; retryAfterSeconds?: number };

type StateAt<A extends SignInState['at']> = Extract<SignInState, { at: A }>;

/** One step of the journey: the page that asks, and what its form does. */
export interface Step<A extends SignInState['at']> {
  show(journey: Journey<StateAt<A>>, problem?: FormProblem, posted?: Form): Promise<Html>;
  act(journey: Journey<StateAt<A>>, form: Form): Promise<Outcome>;
}

/** A step for whatever state a journey is in; `steps` pairs each state with its own. */
export interface AnyStep {
  show(journey: Journey, problem?: FormProblem, posted?: Form): Promise<Html>;
  act(journey: Journey, form: Form): Promise<Outcome>;
}
