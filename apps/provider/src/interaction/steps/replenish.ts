import { replacementCodes } from '../../authenticators/codes.ts';
import * as pages from '../../pages/index.ts';
import type { Journey, Step } from '../journey.ts';
import { move, moveWithin } from '../move.ts';
import { purposeOf } from '../render.ts';

type At = Journey<Extract<Journey['state'], { at: 'replenish' }>>;

/**
 * A new set of backup codes. The codes exist in one response only; whoever reloads it is asked for one of them, or makes
 * another set. The old set lives until one of the new codes was typed back.
 */
export const replenish: Step<'replenish'> = {
  async show(journey, problem) {
    const { services, realm, person, policy, state, form, view } = journey;
    if (person === undefined) throw new Error('nobody gets codes before a first proof');
    const active = await services.storage.stores.backupCodes.active(realm.realm.id, person.id);
    if (!state.told && active) {
      const { left, expiresAt } = active;
      const why = state.why === 'expiring' ? state.why : 'low';
      return pages.lowCodes(
        { ...form, purpose: purposeOf(journey), why, left, expiresAt, mayPutOff: state.later },
        view,
      );
    }
    return replacementCodes.askAgain(
      services,
      realm,
      { person, policy },
      { form, view, purpose: purposeOf(journey), problem },
    );
  },

  async act(journey, form) {
    const { services, realm, person, policy, state, ctx, signIn } = journey;
    if (person === undefined) throw new Error('nobody gets codes before a first proof');
    const action = form.get('action');
    if (action === 'later') return move(journey, { event: 'put_off' });
    if (!state.told) return move(journey, { event: 'continued' });
    if (action === 'try:new_codes') return { kind: 'page', html: await showCodes(journey) };

    const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
    const entry = await replacementCodes.check(services, realm, { person, policy }, form);
    if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
    const saved = await services.storage.transaction(async (stores) => {
      const confirmed = await replacementCodes.confirm(stores, realm, person, entry, by);
      return confirmed ? moveWithin(stores, journey, { event: 'codes_confirmed' }) : undefined;
    });
    return saved === undefined
      ? { kind: 'refused', status: 422, problem: { kind: 'wrong_confirm_code' } }
      : { kind: 'moved', signIn: saved };
  },
};

/** Makes a pending set and shows it, this once. */
export async function showCodes(journey: At): Promise<pages.Html> {
  const { services, realm, person, policy, state, form, view, ctx, signIn } = journey;
  if (person === undefined) throw new Error('nobody gets codes before a first proof');
  const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
  const { why } = state;
  const reason = why === 'missing' || why === 'expired' ? 'first' : why;
  return replacementCodes.show(services, realm, { person, policy }, by, {
    form,
    view,
    purpose: purposeOf(journey),
    reason,
  });
}
