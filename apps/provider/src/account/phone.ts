import { AppError } from '@sparekey/contracts';
import * as pages from '../pages/index.ts';
import { confirmNumber, phoneStanding, removeNumber, sendNumberCode } from './operations/phone.ts';
import { type AccountRequest, accountForm, acting, requireAssurance, respond, seeOther } from './session.ts';

const problems = {
  malformed: { kind: 'phone_invalid' },
  country: { kind: 'phone_country' },
  unchanged: { kind: 'phone_unchanged' },
  only_factor: { kind: 'phone_only_factor' },
  limited: { kind: 'send_limited' },
  malformed_code: { kind: 'malformed_sent_code' },
  wrong: { kind: 'wrong_sent_code' },
  stale: { kind: 'stale' },
} as const satisfies Record<string, pages.FormProblem>;

/** Adds, changes or removes the number: a fresh proof, then a code that comes back from the number. */
export async function phonePage(request: AccountRequest): Promise<void> {
  const { ctx, services, person, policy, requirement, view, csrf, paths } = request;
  if (!(await requireAssurance(request, 'phone'))) return;
  const who = acting(request);
  const standing = await phoneStanding(who);
  const { username } = person;
  const ask = (status: number, typed: string, problem?: pages.FormProblem) => {
    const shown = { csrf, step: 'phone', ...(problem ? { problem } : {}), username, typed, maySet: standing.maySet };
    const known = standing.number ?? standing.codesGoTo;
    const current = known === undefined ? {} : { current: known };
    respond(ctx, pages.phone({ ...shown, ...current, waitHours: policy.messages.smsNumberWaitHours }, view), status);
  };
  const askCode = (status: number, number: string, problem?: pages.FormProblem) => {
    const { digits } = services.factors.sms;
    const model = { csrf, step: 'phone_code', ...(problem ? { problem } : {}), username, number, digits };
    respond(ctx, pages.phoneCode(model, view), status);
  };
  if (ctx.method !== 'POST') return ask(200, '');

  const form = await accountForm(request);
  const action = form.get('action');
  if (action === 'cancel') return seeOther(ctx, paths.overview);
  if (action === 'remove') {
    const outcome = await removeNumber({ ...who, requirement });
    if (outcome === 'required') return ask(409, '', { kind: 'phone_required' });
    return seeOther(ctx, outcome === 'removed' ? `${paths.overview}?notice=phone_removed` : paths.overview);
  }
  const typed = form.get('phone_number');
  if (typed.trim() === '') return ask(422, '', { kind: 'missing', field: 'phone_number' });
  if (form.get('step') !== 'phone_code' || action === 'resend') {
    const sent = await sendNumberCode(who, typed);
    if ('sentTo' in sent) return askCode(200, sent.sentTo);
    return ask(sent.refused === 'limited' ? 429 : 422, typed, problemOf(sent.refused));
  }
  const code = form.get('sms_code');
  if (code.trim() === '') return askCode(422, typed, { kind: 'missing', field: 'sms_code' });
  const outcome = await confirmNumber(who, typed, code);
  if ('confirmed' in outcome) return seeOther(ctx, `${paths.overview}?notice=phone_saved`);
  if ('waitSeconds' in outcome) {
    const { waitSeconds: seconds } = outcome;
    return askCode(429, typed, seconds === undefined ? { kind: 'stopped' } : { kind: 'wait', seconds });
  }
  const again = outcome.refused === 'wrong' || outcome.refused === 'malformed_code' ? askCode : ask;
  again(422, typed, problemOf(outcome.refused));
}

function problemOf(refused: keyof typeof problems | 'not_available'): pages.FormProblem {
  if (refused !== 'not_available') return problems[refused];
  throw new AppError('forbidden', 'the policy or this deployment takes no phone numbers');
}
