import { AppError, type ErrorCode } from '@sparekey/contracts';
import { problemText } from '../pages/index.ts';
import type { FormProblem } from '../pages/models.ts';

const codes: Partial<Record<FormProblem['kind'], ErrorCode>> = {
  wrong_otp: 'wrong_code',
  wrong_confirm_code: 'wrong_code',
  wrong_sent_code: 'wrong_code',
  password_too_short: 'password_refused',
  password_too_common: 'password_refused',
  password_personal: 'password_refused',
  password_breached: 'password_refused',
  password_unchecked: 'unavailable',
  password_unchanged: 'password_refused',
  too_many_mails: 'too_many_attempts',
  send_limited: 'too_many_attempts',
};

/** What a form would show, as an error: the same refusals at both doors, in the same (English) words. */
export function refused(problem: FormProblem): AppError {
  const publicMessage = problemText(problem);
  return new AppError(codes[problem.kind] ?? 'validation_failed', `refused: ${problem.kind}`, { publicMessage });
}
