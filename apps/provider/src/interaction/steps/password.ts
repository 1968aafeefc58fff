import * as pages from '../../pages/index.ts';
import type { Step } from '../journey.ts';
import { move } from '../move.ts';
import { passkey } from '../passkey.ts';
import { prove } from '../prove.ts';
import { purposeOf } from '../render.ts';

/** The password of the person the session knows, or a passkey of theirs. */
export const password: Step<'password'> = {
  async show(journey, problem) {
    return pages.password(
      {
        ...journey.form,
        problem,
        purpose: purposeOf(journey),
        username: journey.person?.username ?? '',
        otherWays: [],
        passkey: await passkey.offer(journey),
        mayCancel: true,
        maySwitch: true,
      },
      journey.view,
    );
  },

  async act(journey, form) {
    if (form.get('action') === 'not_me') return move(journey, { event: 'other_person' });
    if (form.get('action') === 'passkey') return passkey.act(journey, form);
    const input = form.get('password');
    if (input === '') return { kind: 'refused', status: 422, problem: { kind: 'missing', field: 'password' } };
    return prove(journey, {
      factor: journey.services.factors.password,
      input,
      person: journey.person,
      login: journey.person?.username ?? '',
      happened: (userId) => ({ event: 'opened', by: 'password', userId }),
      problems: { wrong: { kind: 'wrong_password' }, malformed: { kind: 'wrong_password' } },
    });
  },
};
