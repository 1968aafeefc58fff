import type { Form } from '@sparekey/http';
import * as pages from '../../pages/index.ts';
import type { Journey, Outcome, Step } from '../journey.ts';
import { move } from '../move.ts';
import { prove } from '../prove.ts';
import { holdsBackupCodes, purposeOf } from '../render.ts';

/** The code of the authenticator app; also on top of a session. "Lost your device?" leads to recovery. */
export const factor: Step<'factor'> = { show, act };
export const stepUp: Step<'stepUp'> = { show, act };

async function show(journey: Journey, problem?: pages.FormProblem) {
  const { services, realm, person } = journey;
  const devices = person ? await services.storage.stores.totp.list(realm.realm.id, person.id) : [];
  return pages.totp(
    {
      ...journey.form,
      problem,
      purpose: purposeOf(journey),
      username: person?.username ?? '',
      devices: devices.map((device) => device.label),
      digits: devices.length === 1 ? (devices[0]?.digits ?? 6) : 6,
      otherWays: holdsBackupCodes(journey) ? ['backup_code'] : [],
      mayCancel: true,
    },
    journey.view,
  );
}

async function act(journey: Journey, form: Form): Promise<Outcome> {
  if (form.get('action') === 'try:backup_code') return move(journey, { event: 'tried_backup_code' });
  const input = form.get('otp');
  if (input.trim() === '') return { kind: 'refused', status: 422, problem: { kind: 'missing', field: 'otp' } };
  return prove(journey, {
    factor: journey.services.factors.totp,
    input,
    person: journey.person,
    login: journey.person?.username ?? '',
    happened: () => ({ event: 'totp_proven' }),
    problems: { wrong: { kind: 'wrong_otp' }, malformed: { kind: 'malformed_otp' } },
  });
}
