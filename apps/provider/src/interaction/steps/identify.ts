import type { User } from '@sparekey/realms';
import { forgotPath } from '../../mail-links/paths.ts';
import * as pages from '../../pages/index.ts';
import type { Journey, Step } from '../journey.ts';
import { move } from '../move.ts';
import { passkey } from '../passkey.ts';
import { prove } from '../prove.ts';
import { purposeOf } from '../render.ts';

/** Name and password on one page, or a passkey. Unknown, disabled and wrong look and cost the same. */
export const identify: Step<'identify'> = {
  async show(journey, problem, posted) {
    return pages.signIn(
      {
        ...journey.form,
        problem,
        purpose: purposeOf(journey),
        ...(journey.services.messaging.mail ? { forgotPath: forgotPath(journey.realm, journey.signIn.uid) } : {}),
        username: posted?.get('username') ?? journey.interaction.requested.loginHint ?? '',
        passkey: await passkey.offer(journey),
        otherWays: offersMail(journey) ? ['email'] : [],
        mayCancel: true,
      },
      journey.view,
    );
  },

  async act(journey, form) {
    if (form.get('action') === 'passkey') return passkey.act(journey, form);
    const login = form.get('username');
    const password = form.get('password');
    if (login.trim() === '') return missing('username');
    if (login.length > 320) return { kind: 'refused', status: 422, problem: { kind: 'wrong_credentials' } };
    if (form.get('action') === 'try:email' && offersMail(journey)) return move(journey, { event: 'tried_mail', login });
    if (password === '') return missing('password');
    const { realm, services } = journey;
    const person = await services.storage.stores.users.byLogin(realm.realm.id, login);
    if (await opensBreakGlass(journey, person, password)) {
      return prove(journey, {
        factor: services.emergencyPasses.factor,
        input: password,
        person,
        login,
        uncounted: true,
        spentAs: 'break_glass.used',
        happened: (userId) => ({ event: 'opened', by: 'break_glass', userId }),
        problems: { wrong: { kind: 'wrong_credentials' }, malformed: { kind: 'wrong_credentials' } },
      });
    }
    return prove(journey, {
      factor: services.factors.password,
      input: password,
      person,
      login,
      happened: (userId) => ({ event: 'opened', by: 'password', userId }),
      problems: { wrong: { kind: 'wrong_credentials' }, malformed: { kind: 'wrong_credentials' } },
    });
  },
};

/** Whether what stands where the password is typed is a pass that a sealed code opened. Costs no hash, and no try. */
async function opensBreakGlass({ services, realm }: Journey, person: User | undefined, typed: string) {
  const { factor } = services.emergencyPasses;
  const subject = { realmId: realm.realm.id, userId: person?.id, policy: realm.realm.policy };
  return (await factor.check(services.storage.stores, subject, typed)).matched;
}

/** A code by mail stands in for a lost passkey, so it is offered where there may be passkeys. */
function offersMail({ services, realm }: Journey): boolean {
  return services.messaging.mail && realm.realm.policy.secondFactor.allowed.includes('webauthn');
}

function missing(field: pages.FieldName) {
  return { kind: 'refused', status: 422, problem: { kind: 'missing', field } } as const;
}
