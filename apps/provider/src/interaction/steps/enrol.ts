import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import { secondFactors } from '@sparekey/sign-in';
import * as pages from '../../pages/index.ts';
import { uiOf } from '../factors/index.ts';
import type { Enrolling } from '../factors/ui.ts';
import type { Outcome, Step } from '../journey.ts';
import { move, moveWithin } from '../move.ts';
import { choices, heldDevices, lostInForm, reportLost } from '../recovery/lost.ts';
import { purposeOf } from '../render.ts';

/** A second factor is set up: because the realm or the application asks for one, or to replace a lost device. */
export const enrol: Step<'enrol'> = {
  async show(journey, problem, posted) {
    const { services, person, state, form, view, facts } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    if (!state.told) {
      const model = {
        ...form,
        problem,
        purpose: purposeOf(journey),
        left: facts.person?.codes?.left ?? 0,
        byPass: !state.proven.proofs.includes('backup_code'),
        devices: choices(await heldDevices(services.storage.stores, journey, person.id)),
        mayPutOff: state.later,
      };
      return pages.afterRecovery(model, view);
    }
    const ways = facts.policy.enrollable.filter((kind) => kind !== state.chosen);
    const page = uiOf(state.chosen).enrol;
    if (page === undefined) throw new Error(`${state.chosen} cannot be set up within a sign-in`);
    return page.ask(journey, ways, problem, posted);
  },

  async act(journey, form) {
    const { services, realm, person, state, ctx, interaction, signIn } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    const action = form.get('action');
    if (action === 'later') {
      if (!state.later) return { kind: 'moved', signIn };
      const saved = await services.storage.transaction(async (stores) => {
        if (state.why === 'repair') {
          await stores.audit.append({
            type: 'recovery.deferred',
            realmId: realm.realm.id,
            actor: { kind: 'user', id: person.id },
            subject: person.id,
            outcome: 'success',
            clientId: interaction.client.clientId,
            signInUid: signIn.uid,
            origin: services.originOf(ctx),
          });
        }
        return moveWithin(stores, journey, { event: 'put_off' });
      });
      return { kind: 'moved', signIn: saved };
    }
    if (!state.told)
      return state.why === 'repair' ? tellLost(journey, person, form) : move(journey, { event: 'continued' });
    const way = secondFactors.find((kind) => action === `try:${kind}`);
    if (way !== undefined) return move(journey, { event: 'tried', way });
    const page = uiOf(state.chosen).enrol;
    return page === undefined ? { kind: 'moved', signIn } : page.act(journey, form);
  },
};

/** Which device is lost; what it could still be used for ends before a new one is set up. */
async function tellLost(journey: Enrolling, person: User, form: Form): Promise<Outcome> {
  const { storage } = journey.services;
  const saved = await storage.transaction(async (stores) => {
    const lost = lostInForm(form, await heldDevices(stores, journey, person.id));
    if (lost === undefined) return undefined;
    await reportLost(stores, journey, person.id, lost);
    return moveWithin(stores, journey, { event: 'continued' });
  });
  return saved === undefined
    ? { kind: 'refused', status: 422, problem: { kind: 'missing', field: 'lost' } }
    : { kind: 'moved', signIn: saved };
}
