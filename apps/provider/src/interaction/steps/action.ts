import { AppError } from '@sparekey/contracts';
import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import type { SecondFactor } from '@sparekey/sign-in';
import type { Messaging } from '../../messages/messaging.ts';
import type { FormProblem, Html } from '../../pages/index.ts';
import { actionUi } from '../actions/index.ts';
import type { Journey, Outcome, Step } from '../journey.ts';
import { move } from '../move.ts';

/** Something the realm or the application wants done before going on; an application's wish may be declined. */
export const action: Step<'action'> = {
  async show(journey, problem, posted) {
    return uiOf(journey.state.action).ask(journey, problem, posted);
  },
  async act(journey, form) {
    if (form.get('action') === 'later' && journey.state.later) return move(journey, { event: 'put_off' });
    return uiOf(journey.state.action).act(journey, form);
  },
};

export type Acting = Journey<Extract<Journey['state'], { at: 'action' }>>;

/** The page of one action, and what its form does: it ends by moving on `action_done`. */
export interface ActionUi {
  ask(journey: Acting, problem?: FormProblem, posted?: Form): Promise<Html>;
  act(journey: Acting, form: Form): Promise<Outcome>;
  /** False for people for whom it makes no sense; everyone's when absent. */
  appliesTo?(person: User, held: readonly SecondFactor[], messaging: Messaging): boolean;
}

function uiOf(name: string): ActionUi {
  const ui = actionUi(name);
  if (ui === undefined) throw new AppError('internal', `no page knows the action ${name}`);
  return ui;
}
