import type { SentCodeKind } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import type { Happened } from '@sparekey/sign-in';
import { maskedTarget, sendCode } from '../../messages/send-code.ts';
import * as pages from '../../pages/index.ts';
import type { Journey, Outcome } from '../journey.ts';
import { prove } from '../prove.ts';
import { trustDays } from '../recovery/devices.ts';
import { purposeOf } from '../render.ts';
import type { SecondFactorUi } from './ui.ts';

const fieldOf = { email: 'email_code', sms: 'sms_code' } as const;

/** Who gets a code on this page, and what the right one means. */
export interface Asked {
  kind: SentCodeKind;
  /** Undefined when nobody is to get one: page, answers and work are the same. */
  person: User | undefined;
  login: string;
  /** Where nobody is proven yet, the page must not tell an address, nor whether there is one. */
  anonymous: boolean;
  happened: Happened | ((userId: User['id']) => Happened);
}

type Shown = { ways: pages.OtherWay[]; problem?: pages.FormProblem | undefined };

/** The page that asks for a code. The first time it is opened it sends one; opened again it does not. */
export async function askForCode(journey: Journey, asked: Asked, { ways, problem }: Shown): Promise<pages.Html> {
  const sending = await sendCode(journey, { ...asked, again: false });
  const limited: pages.FormProblem | undefined = sending === 'limited' ? { kind: 'send_limited' } : undefined;
  return codePage(journey, asked, { ways, problem: problem ?? limited, resent: false });
}

/** A form of that page: a code, or the wish for a new one. */
export async function actOnCode(journey: Journey, asked: Asked, form: Form, ways: pages.OtherWay[]): Promise<Outcome> {
  const { kind, person, login, happened } = asked;
  if (form.get('action') === 'resend') {
    const sending = await sendCode(journey, { ...asked, again: true });
    if (sending === 'limited') return { kind: 'refused', status: 429, problem: { kind: 'send_limited' } };
    return { kind: 'page', html: await codePage(journey, asked, { ways, resent: true }) };
  }
  const field = fieldOf[kind];
  const input = form.get(field);
  if (input.trim() === '') return { kind: 'refused', status: 422, problem: { kind: 'missing', field } };
  return prove(journey, {
    factor: journey.services.factors[kind],
    input,
    person,
    login,
    happened: (userId) => (typeof happened === 'function' ? happened(userId) : happened),
    problems: { wrong: { kind: 'wrong_sent_code' }, malformed: { kind: 'malformed_sent_code' } },
  });
}

async function codePage(journey: Journey, asked: Asked, shown: Shown & { resent: boolean }): Promise<pages.Html> {
  const { kind, person, anonymous } = asked;
  return pages.sentCode(
    {
      ...journey.form,
      problem: shown.problem,
      purpose: purposeOf(journey),
      field: fieldOf[kind],
      digits: journey.services.factors[kind].digits,
      username: anonymous ? asked.login : (person?.username ?? ''),
      to: anonymous ? undefined : await maskedTarget(journey, kind, person),
      resent: shown.resent,
      otherWays: shown.ways,
      trustDays: trustDays(journey),
      mayCancel: true,
    },
    journey.view,
  );
}

/** A code by mail or SMS as a second factor of the person who is proven. Nobody sets it up: a verified address is enough. */
export function sentCodeUi(kind: SentCodeKind): SecondFactorUi {
  const asked = ({ person }: Journey): Asked => ({
    kind,
    person,
    login: person?.username ?? '',
    anonymous: false,
    happened: { event: 'proven', factor: kind },
  });
  return {
    kind,
    factorOf: ({ factors }) => factors[kind],
    ask: (journey, ways, problem) => askForCode(journey, asked(journey), { ways, problem }),
    act: (journey, form, ways) => actOnCode(journey, asked(journey), form, ways),
  };
}
