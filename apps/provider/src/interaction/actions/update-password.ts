import * as pages from '../../pages/index.ts';
import { readNewPassword, setPassword } from '../../passwords/new-password.ts';
import { holdStill, moveWithin } from '../move.ts';
import { purposeOf } from '../render.ts';
import type { ActionUi } from '../steps/action.ts';

/** A new password: a temporary one is replaced, or the application offers to change it. */
export const updatePassword: ActionUi = {
  async ask(journey, problem) {
    const { form, realm, person, state, view } = journey;
    return pages.changePassword(
      {
        ...form,
        problem,
        purpose: purposeOf(journey),
        username: person?.username ?? '',
        minLength: realm.realm.policy.password.minLength,
        reason: state.later ? 'asked' : 'required',
        mayDecline: state.later,
      },
      view,
    );
  },

  async act(journey, form) {
    const { services, realm, person, ctx, signIn, interaction, state } = journey;
    if (person === undefined) throw new Error('nobody changes a password before a first proof');
    const wanted = await readNewPassword(services, realm, person, form);
    if ('problem' in wanted) return { kind: 'refused', status: 422, problem: wanted.problem };
    const saved = await services.storage.transaction(async (stores) => {
      await holdStill(stores, journey);
      await setPassword(stores, realm, person, wanted.phc, {
        actor: { kind: 'user', id: person.id },
        origin: services.originOf(ctx),
        signInUid: signIn.uid,
        clientId: interaction.client.clientId,
        // The session under which this sign-in began is this browser's: ending it would end the sign-in.
        keepSession: interaction.session?.uid,
      });
      return moveWithin(stores, journey, { event: 'action_done', action: state.action });
    });
    return { kind: 'moved', signIn: saved };
  },
};
