import { NOBODY } from '@sparekey/factors';
import type { User } from '@sparekey/realms';
import { addressesOf } from '../../messages/reach.ts';
import { knownFactors, uiOf } from '../factors/index.ts';
import { type Asked, actOnCode, askForCode } from '../factors/sent-code.ts';
import type { Journey, Step } from '../journey.ts';
import { move } from '../move.ts';

/** A code by mail in place of the first proof, for who has no password and lost the passkey. */
export const mail: Step<'mail'> = {
  async show(journey, problem) {
    return askForCode(journey, await asked(journey, journey.state.login), { ways: ['password'], problem });
  },

  async act(journey, form) {
    if (form.get('action') === 'try:password') return move(journey, { event: 'other_person' });
    return actOnCode(journey, await asked(journey, journey.state.login), form, ['password']);
  },
};

async function asked(journey: Journey, login: string): Promise<Asked> {
  return {
    kind: 'email',
    person: await whoMay(journey, login),
    login,
    anonymous: true,
    happened: (userId) => ({ event: 'opened', by: 'mail', userId }),
  };
}

/**
 * The person who may come in this way: with a verified address, a second factor of another kind, and no password, which
 * would be weaker if mail could stand in for it. For everybody else, and for nobody, the same is looked up.
 */
async function whoMay({ services, realm }: Journey, login: string): Promise<User | undefined> {
  const { stores } = services.storage;
  const realmId = realm.realm.id;
  const person = await stores.users.byLogin(realmId, login);
  const id = person?.id ?? NOBODY;
  const password = await stores.passwords.get(realmId, id);
  let held = 0;
  for (const kind of knownFactors)
    held += (await uiOf(kind).factorOf(services).authenticators(stores, realmId, id)).length;
  const { email } = await addressesOf(stores, realm.realm.policy, { realmId, id });
  const reachable = person?.enabled && email !== undefined && services.messaging.mail;
  return reachable && password === undefined && held > 0 ? person : undefined;
}
