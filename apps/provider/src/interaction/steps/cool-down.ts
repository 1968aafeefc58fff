import { maskEmail } from '@sparekey/messages';
import { secondFactors } from '@sparekey/sign-in';
import { addressesOf } from '../../messages/reach.ts';
import * as pages from '../../pages/index.ts';
import type { Journey, Step } from '../journey.ts';
import { move, moveWithin } from '../move.ts';
import { eventOf } from '../recovery/case.ts';
import { purposeOf } from '../render.ts';

/**
 * A recovery that looks unusual waits. The page can be left: the code is spent, and the same browser comes back to this
 * after the password. Who finds the device meanwhile goes on with it.
 */
export const coolDown: Step<'coolDown'> = {
  async show(journey) {
    const { services, realm, signIn, person, facts, form, view } = journey;
    const held =
      person && (await services.storage.stores.recoveryCases.ofSignIn(realm.realm.id, person.id, signIn.uid));
    const over =
      held?.state === 'approved' ||
      (held?.state === 'waiting' && held.until !== undefined && held.until.getTime() <= view.now.getTime());
    return pages.coolDown(
      {
        ...form,
        purpose: purposeOf(journey),
        username: person?.username ?? '',
        ...(held?.until === undefined ? {} : { until: held.until }),
        over,
        sentTo: await toldAt(journey),
        otherWays: [...(facts.person?.factors ?? [])],
        mayCancel: true,
      },
      view,
    );
  },

  async act(journey, form) {
    const { services, realm, signIn, person } = journey;
    const way = secondFactors.find((kind) => form.get('action') === `try:${kind}`);
    if (way !== undefined) return move(journey, { event: 'tried', way });
    if (person === undefined) return { kind: 'moved', signIn };
    const moved = await services.storage.transaction(async (stores) => {
      if (!(await stores.recoveryCases.waited(realm.realm.id, person.id, signIn.uid))) return signIn;
      await stores.audit.append({ ...eventOf(journey, person.id), type: 'recovery.waited' });
      return moveWithin(stores, journey, { event: 'waited' });
    });
    return { kind: 'moved', signIn: moved };
  },
};

/**
 * Where the use of the code was told, with a link that stops this: the verified address, and the one before while it is
 * in force; where mail can be sent.
 */
async function toldAt({ services, realm, person }: Pick<Journey, 'services' | 'realm' | 'person'>): Promise<string[]> {
  if (!services.messaging.mail || person === undefined) return [];
  const { email } = await addressesOf(services.storage.stores, realm.realm.policy, person);
  const told = new Set([person.emailVerified ? person.email : undefined, email]);
  return [...told].filter((address) => address !== undefined).map(maskEmail);
}
