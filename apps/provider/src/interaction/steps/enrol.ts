import { enrolTotp } from '../../authenticators/totp.ts';
import * as pages from '../../pages/index.ts';
import type { Step } from '../journey.ts';
import { move, moveWithin } from '../move.ts';
import { purposeOf } from '../render.ts';

/** A second factor is set up: because the realm or the application asks for one, or to replace a lost device. */
export const enrol: Step<'enrol'> = {
  async show(journey, problem, posted) {
    const { services, realm, person, state, form, view } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    const purpose = purposeOf(journey);
    if (!state.told) {
      const devices = await services.storage.stores.totp.list(realm.realm.id, person.id);
      return pages.afterRecovery(
        {
          ...form,
          purpose,
          left: journey.facts.person?.codes?.left ?? 0,
          devices: devices.map((device) => device.label),
          mayPutOff: state.later,
        },
        view,
      );
    }
    const enrolment = await enrolTotp.begin(services, realm, person);
    return pages.enrolTotp(
      {
        ...form,
        problem,
        purpose,
        username: person.username,
        ...enrolment,
        label: posted?.get('label') ?? '',
        reason: state.why === 'repair' ? 'replace' : 'required',
        mayPutOff: state.later,
        mayCancel: true,
      },
      view,
    );
  },

  async act(journey, form) {
    const { services, realm, person, state, ctx, interaction, signIn } = journey;
    if (person === undefined) throw new Error('nobody can enrol before a first proof');
    if (form.get('action') === 'later') {
      if (!state.later) return { kind: 'moved', signIn };
      const saved = await services.storage.transaction(async (stores) => {
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
        return moveWithin(stores, journey, { event: 'put_off' });
      });
      return { kind: 'moved', signIn: saved };
    }
    if (!state.told) return move(journey, { event: 'continued' });

    const entry = await enrolTotp.check(services, realm, person, form);
    if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
    const saved = await services.storage.transaction(async (stores) => {
      const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
      const enrolled = await enrolTotp.confirm(stores, realm, person, entry, {
        ...by,
        replaceOthers: state.why === 'repair',
      });
      return enrolled ? moveWithin(stores, journey, { event: 'totp_enrolled' }) : undefined;
    });
    return saved === undefined
      ? { kind: 'refused', status: 422, problem: { kind: 'wrong_otp' } }
      : { kind: 'moved', signIn: saved };
  },
};
