import { enrolWebauthn } from '../../authenticators/webauthn.ts';
import * as pages from '../../pages/index.ts';
import { holdStill, moveWithin } from '../move.ts';
import { askedIn, prove } from '../prove.ts';
import { trustDays } from '../recovery/devices.ts';
import { purposeOf } from '../render.ts';
import type { SecondFactorUi } from './ui.ts';

/** A passkey or security key, asked for by a script of the page; without it the page leads to another way. */
export const webauthnUi: SecondFactorUi = {
  kind: 'webauthn',
  factorOf: ({ factors }) => factors.webauthn,

  async ask(journey, otherWays, problem) {
    const { services, realm, person, form, view } = journey;
    const { stores } = services.storage;
    const { policy } = realm.realm;
    const devices = person ? await stores.webauthn.list(realm.realm.id, person.id) : [];
    const asked = askedIn(journey);
    return pages.webauthn(
      {
        ...form,
        problem,
        purpose: purposeOf(journey),
        username: person?.username ?? '',
        devices: devices.map((device) => device.label),
        options: await services.factors.webauthn.ask(stores, realm.realm.id, policy, asked, person?.id),
        otherWays,
        trustDays: trustDays(journey),
        mayCancel: true,
      },
      view,
    );
  },

  async act(journey, form) {
    const input = form.get('webauthn');
    if (input === '') return { kind: 'refused', status: 422, problem: { kind: 'no_passkey' } };
    return prove(journey, {
      factor: journey.services.factors.webauthn,
      input,
      person: journey.person,
      login: journey.person?.username ?? '',
      unguessable: true,
      happened: () => ({ event: 'proven', factor: 'webauthn' }),
      problems: { wrong: { kind: 'wrong_passkey' }, malformed: { kind: 'wrong_passkey' } },
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
        options: await enrolWebauthn.begin(services, realm, person, askedIn(journey).place),
        label: posted?.get('label') ?? '',
        reason: state.why === 'repair' ? ('replace' as const) : ('required' as const),
        mayPutOff: state.later,
        otherWays,
        mayCancel: true,
      };
      return pages.enrolWebauthn(model, view);
    },

    async act(journey, form) {
      const { services, realm, person, ctx, signIn } = journey;
      if (person === undefined) throw new Error('nobody can enrol before a first proof');
      const entry = await enrolWebauthn.check(services, realm, person, askedIn(journey).place, form);
      if ('problem' in entry) return { kind: 'refused', status: 422, problem: entry.problem };
      const by = { origin: services.originOf(ctx), signInUid: signIn.uid };
      const saved = await services.storage.transaction(async (stores) => {
        await holdStill(stores, journey);
        const problem = await enrolWebauthn.confirm(services, stores, realm, person, entry, by);
        return problem ?? moveWithin(stores, journey, { event: 'enrolled', factor: 'webauthn' });
      });
      return 'kind' in saved ? { kind: 'refused', status: 422, problem: saved } : { kind: 'moved', signIn: saved };
    },
  },
};
