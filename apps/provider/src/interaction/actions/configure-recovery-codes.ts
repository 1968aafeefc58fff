import { replacementCodes } from '../../authenticators/codes.ts';
import * as pages from '../../pages/index.ts';
import { holdStill, moveWithin } from '../move.ts';
import { purposeOf } from '../render.ts';
import type { ActionUi } from '../steps/action.ts';

/** A new set of backup codes, for people with a second factor: offered, shown once, and confirmed by one of its codes. */
export const configureRecoveryCodes: ActionUi = {
  appliesTo: (_person, held) => held.length > 0,

  async ask(journey, problem) {
    const { services, realm, person, policy, state, form, view } = journey;
    if (person === undefined) throw new Error('nobody gets codes before a first proof');
    const { backupCodes } = services.storage.stores;
    const shown = { form, view, purpose: purposeOf(journey), mayCancel: !state.later };
    const pending = await backupCodes.pending(realm.realm.id, person.id);
    if (problem !== undefined || pending !== undefined) {
      return replacementCodes.askAgain(services, realm, { person, policy }, { ...shown, problem });
    }
    const active = await backupCodes.active(realm.realm.id, person.id);
    const { count } = policy.backupCodes;
    const model = { ...form, username: person.username, left: active?.left ?? 0, count, mayDecline: state.later };
    return pages.newBackupCodes(model, view);
  },

  async act(journey, form) {
    const { services, realm, person, policy, state, ctx, signIn, view } = journey;
    if (person === undefined) throw new Error('nobody gets codes before a first proof');
    const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
    if (form.get('action') === 'try:new_codes' || !form.has('confirm_code')) {
      const shown = { form: journey.form, view, purpose: purposeOf(journey), mayCancel: !state.later };
      const reason = 'asked' as const;
      const owner = { person, policy };
      return { kind: 'page', html: await replacementCodes.show(services, realm, owner, by, { ...shown, reason }) };
    }
    const entry = await replacementCodes.check(services, realm, { person, policy }, form);
    if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
    const saved = await services.storage.transaction(async (stores) => {
      await holdStill(stores, journey);
      if (!(await replacementCodes.confirm(stores, realm, person, entry, by))) return undefined;
      await stores.users.actionDone(realm.realm.id, person.id, state.action);
      return moveWithin(stores, journey, { event: 'action_done', action: state.action });
    });
    return saved === undefined
      ? { kind: 'refused', status: 422, problem: { kind: 'wrong_confirm_code' } }
      : { kind: 'moved', signIn: saved };
  },
};
