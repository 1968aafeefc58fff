import { enrolWebauthn } from '../../authenticators/webauthn.ts';
import * as pages from '../../pages/index.ts';
import { holdStill, moveWithin } from '../move.ts';
import { askedIn } from '../prove.ts';
import { purposeOf } from '../render.ts';
import type { ActionUi } from '../steps/action.ts';

/** A passkey or security key beside what the person holds. */
export const webauthnRegister: ActionUi = {
  async ask(journey, problem, posted) {
    const { services, realm, person, state, form, view } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    const model = {
      ...form,
      problem,
      purpose: purposeOf(journey),
      username: person.username,
      options: await enrolWebauthn.begin(services, realm, person, askedIn(journey).place),
      label: posted?.get('label') ?? '',
      reason: state.later ? ('asked' as const) : ('required' as const),
      mayPutOff: state.later,
      otherWays: [],
      mayCancel: !state.later,
    };
    return pages.enrolWebauthn(model, view);
  },

  async act(journey, form) {
    const { services, realm, person, state, ctx, signIn } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    const entry = await enrolWebauthn.check(services, realm, person, askedIn(journey).place, form);
    if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
    const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
    const saved = await services.storage.transaction(async (stores) => {
      await holdStill(stores, journey);
      const problem = await enrolWebauthn.confirm(services, stores, realm, person, entry, by);
      if (problem !== undefined) return problem;
      await stores.users.actionDone(realm.realm.id, person.id, state.action);
      return moveWithin(stores, journey, { event: 'action_done', action: state.action, enrolled: 'webauthn' });
    });
    return 'kind' in saved ? { kind: 'refused', status: 422, problem: saved } : { kind: 'moved', signIn: saved };
  },
};
