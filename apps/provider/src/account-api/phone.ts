import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import type { Handler } from './request.ts';

export const getPhone: Handler<'getPhone'> = async (request) => {
  const { usableFrom, ...standing } = await account.phoneStanding(request);
  return { ...standing, usableFrom: usableFrom?.toISOString() };
};

export const sendPhoneCode: Handler<'sendPhoneCode'> = async (request) => {
  const sent = await account.sendNumberCode(request, request.body.number);
  if ('refused' in sent) throw refusal(sent.refused);
  return sent;
};

export const confirmPhone: Handler<'confirmPhone'> = async (request) => {
  const { number, code } = request.body;
  const outcome = await account.confirmNumber(request, number, code);
  if ('refused' in outcome) throw refusal(outcome.refused);
  if ('waitSeconds' in outcome) {
    const { waitSeconds: retryAfterSeconds } = outcome;
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    throw new AppError('too_many_attempts', 'too many wrong codes', wait);
  }
  return { number: outcome.confirmed };
};

export const removePhone: Handler<'removePhone'> = async (request) => {
  const outcome = await account.removeNumber(request);
  if (outcome === 'none') throw new AppError('not_found', 'there is no number');
  if (outcome === 'required') {
    const publicMessage = 'A second factor is required here: set up another one first.';
    throw new AppError('conflict', 'the only second factor stays', { publicMessage });
  }
  return undefined;
};

type Refused = Extract<
  Awaited<ReturnType<typeof account.sendNumberCode | typeof account.confirmNumber>>,
  { refused: string }
>['refused'];

const refusals = {
  not_available: ['forbidden', 'Phone numbers are not taken here.'],
  malformed: ['validation_failed', 'number: not a phone number in international form'],
  country: ['validation_failed', 'number: of a country that messages are not sent to'],
  unchanged: ['validation_failed', 'number: it is set and verified already'],
  only_factor: ['conflict', 'A new number waits before it counts: set up another second factor first.'],
  limited: ['too_many_attempts', 'Enough codes were sent for now.'],
  malformed_code: ['validation_failed', 'code: not of the form of a code'],
  wrong: ['wrong_code', 'The code is not right, or is no longer good.'],
  stale: ['conflict', 'The number was changed meanwhile.'],
} as const satisfies Record<Refused, readonly [string, string]>;

function refusal(reason: Refused): AppError {
  const [code, publicMessage] = refusals[reason];
  return new AppError(code, `refused: ${reason}`, { publicMessage });
}
