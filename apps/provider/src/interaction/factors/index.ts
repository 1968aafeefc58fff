import type { SecondFactor } from '@sparekey/sign-in';
import { emailUi } from './email.ts';
import { smsUi } from './sms.ts';
import { totpUi } from './totp.ts';
import type { SecondFactorUi } from './ui.ts';
import { webauthnUi } from './webauthn.ts';

/** The second factors that the hosted pages know; one line each. */
const all: readonly SecondFactorUi[] = [webauthnUi, totpUi, smsUi, emailUi];

const byKind = new Map(all.map((ui) => [ui.kind, ui]));

/**
 * Kinds that people set up, in the order in which they are offered. Codes by mail and SMS are not among them: whom they
 * reach, and whether the realm allows them, says `sentFactors`.
 */
export const knownFactors: readonly SecondFactor[] = all.filter((ui) => ui.enrol !== undefined).map((ui) => ui.kind);

export function uiOf(kind: SecondFactor): SecondFactorUi {
  const ui = byKind.get(kind);
  if (ui === undefined) throw new Error(`no page knows the factor ${kind}`);
  return ui;
}
