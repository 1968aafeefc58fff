import { enrolTotp, enteredTotp } from '../../authenticators/totp.ts';
import * as pages from '../../pages/index.ts';
import { holdStill, moveWithin } from '../move.ts';
import { purposeOf } from '../render.ts';
import type { ActionUi } from '../steps/action.ts';

/** An authenticator app beside what the person holds. */
export const configureTotp: ActionUi = {
  async ask(journey, problem, posted) {
    const { services, realm, person, state, form, view } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    const model = {
      ...form,
      problem,
      purpose: purposeOf(journey),
      username: person.username,
      ...(await enrolTotp.begin(services, realm, person)),
      label: posted?.get('label') ?? '',
      reason: state.later ? ('asked' as const) : ('required' as const),
      mayPutOff: state.later,
      mayCancel: !state.later,
    };
    return pages.enrolTotp(model, view);
  },

  async act(journey, form) {
    const { services, realm, person, state, ctx, signIn } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    const entry = await enrolTotp.check(services, realm, person, enteredTotp(form));
    if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
    const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
    const saved = await services.storage.transaction(async (stores) => {
      await holdStill(stores, journey);
      if (!(await enrolTotp.confirm(stores, realm, person, entry, by))) return undefined;
      await stores.users.actionDone(realm.realm.id, person.id, state.action);
      return moveWithin(stores, journey, { event: 'action_done', action: state.action, enrolled: 'totp' });
    });
    return saved === undefined
      ? { kind: 'refused', status: 422, problem: { kind: 'wrong_otp' } }
      : { kind: 'moved', signIn: saved };
  },
};
