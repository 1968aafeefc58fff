import { sendVerification, VERIFY_EMAIL } from '../../mail-links/verification.ts';
import * as pages from '../../pages/index.ts';
import { moveWithin } from '../move.ts';
import { purposeOf } from '../render.ts';
import type { ActionUi } from '../steps/action.ts';

/** The address is verified by a link that is sent to it; the link may be followed in any browser. */
export const verifyEmail: ActionUi = {
  appliesTo: (person, _held, messaging) => person.email !== undefined && messaging.mail,

  async ask(journey, problem, posted) {
    const { form, person, state, view } = journey;
    const sent = posted?.has('sent') ?? false;
    return pages.verifyEmail(
      {
        ...form,
        problem,
        purpose: purposeOf(journey),
        email: person?.email ?? '',
        sent,
        mayDecline: state.later,
      },
      view,
    );
  },

  async act(journey, form) {
    const { services, realm, person, state, view } = journey;
    if (person?.email === undefined) throw new Error('nobody verifies an address that there is not');
    if (person.emailVerified) {
      const saved = await services.storage.transaction(async (stores) => {
        await stores.users.actionDone(realm.realm.id, person.id, VERIFY_EMAIL);
        return moveWithin(stores, journey, { event: 'action_done', action: state.action });
      });
      return { kind: 'moved', signIn: saved };
    }
    if (form.has('sent') && form.get('action') !== 'try:email')
      return { kind: 'refused', status: 422, problem: { kind: 'email_unverified' } };
    const sent = await sendVerification(services, realm, person, person.email);
    if (!sent) return { kind: 'refused', status: 429, problem: { kind: 'too_many_mails' } };
    const model = { ...journey.form, purpose: purposeOf(journey), email: person.email, sent: true };
    return { kind: 'page', html: pages.verifyEmail({ ...model, mayDecline: state.later }, view) };
  },
};
