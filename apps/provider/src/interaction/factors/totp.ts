import { enrolTotp, enteredTotp } from '../../authenticators/totp.ts';
import * as pages from '../../pages/index.ts';
import { holdStill, moveWithin } from '../move.ts';
import { prove } from '../prove.ts';
import { trustDays } from '../recovery/devices.ts';
import { purposeOf } from '../render.ts';
import type { SecondFactorUi } from './ui.ts';

/** The code of an authenticator app. */
export const totpUi: SecondFactorUi = {
  kind: 'totp',
  factorOf: ({ factors }) => factors.totp,

  async ask(journey, otherWays, problem) {
    const { services, realm, person, form, view } = journey;
    const devices = person ? await services.storage.stores.totp.list(realm.realm.id, person.id) : [];
    return pages.totp(
      {
        ...form,
        problem,
        purpose: purposeOf(journey),
        username: person?.username ?? '',
        devices: devices.map((device) => device.label),
        digits: devices.length === 1 ? (devices[0]?.digits ?? 6) : 6,
        otherWays,
        trustDays: trustDays(journey),
        mayCancel: true,
      },
      view,
    );
  },

  async act(journey, form) {
    const input = form.get('otp');
    if (input.trim() === '') return { kind: 'refused', status: 422, problem: { kind: 'missing', field: 'otp' } };
    return prove(journey, {
      factor: journey.services.factors.totp,
      input,
      person: journey.person,
      login: journey.person?.username ?? '',
      happened: () => ({ event: 'proven', factor: 'totp' }),
      problems: { wrong: { kind: 'wrong_otp' }, malformed: { kind: 'malformed_otp' } },
    });
  },

  enrol: {
    async ask(journey, otherWays, problem, posted) {
      const { services, realm, person, state, form, view } = journey;
      if (person === undefined) throw new Error('nobody can enrol before a first proof');
      const model = {
        ...form,
        problem,
        purpose: purposeOf(journey),
        username: person.username,
        ...(await enrolTotp.begin(services, realm, person)),
        label: posted?.get('label') ?? '',
        reason: state.why === 'repair' ? ('replace' as const) : ('required' as const),
        mayPutOff: state.later,
        otherWays,
        mayCancel: true,
      };
      return pages.enrolTotp(model, view);
    },

    async act(journey, form) {
      const { services, realm, person, ctx, signIn } = journey;
      if (person === undefined) throw new Error('nobody can enrol before a first proof');
      const entry = await enrolTotp.check(services, realm, person, enteredTotp(form));
      if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
      const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
      const saved = await services.storage.transaction(async (stores) => {
        await holdStill(stores, journey);
        const enrolled = await enrolTotp.confirm(stores, realm, person, entry, by);
        return enrolled ? moveWithin(stores, journey, { event: 'enrolled', factor: 'totp' }) : undefined;
      });
      return saved === undefined
        ? { kind: 'refused', status: 422, problem: { kind: 'wrong_otp' } }
        : { kind: 'moved', signIn: saved };
    },
  },
};
