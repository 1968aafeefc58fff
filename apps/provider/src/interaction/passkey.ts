import type { Form } from '@sparekey/http';
import type { Journey, Outcome } from './journey.ts';
import { askedIn, prove } from './prove.ts';

/** A passkey as first proof, on the pages that ask for a password: nobody is named, so nobody can be asked about. */
export const passkey = {
  async offer(journey: Journey): Promise<{ options: object }> {
    const { services, realm } = journey;
    const { id, policy } = realm.realm;
    const asked = askedIn(journey);
    return { options: await services.factors.webauthn.ask(services.storage.stores, id, policy, asked, undefined) };
  },

  /** Whose it is says the passkey; where the person is known already it has to be theirs. */
  async act(journey: Journey, form: Form): Promise<Outcome> {
    const { services, realm, state } = journey;
    const { stores } = services.storage;
    const input = form.get('webauthn');
    if (input === '') return { kind: 'refused', status: 422, problem: { kind: 'no_passkey' } };
    const owner = await services.factors.webauthn.ownerOf(stores, realm.realm.id, input);
    const isMeant = owner !== undefined && (state.at === 'identify' || owner === state.proven.userId);
    return prove(journey, {
      factor: services.factors.webauthn,
      input,
      person: isMeant ? await stores.users.byId(realm.realm.id, owner) : undefined,
      login: '',
      unguessable: true,
      happened: (userId) => ({ event: 'opened', by: 'passkey', userId }),
      problems: { wrong: { kind: 'wrong_passkey' }, malformed: { kind: 'wrong_passkey' } },
    });
  },
};
