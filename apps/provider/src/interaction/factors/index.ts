import type { SecondFactor } from '@sparekey/sign-in';
import { totpUi } from './totp.ts';
import type { SecondFactorUi } from './ui.ts';
import { webauthnUi } from './webauthn.ts';

/** The second factors that the hosted pages know; one line each. */
const all: readonly SecondFactorUi[] = [webauthnUi, totpUi];

const byKind = new Map(all.map((ui) => [ui.kind, ui]));

/** Kinds that can be asked for and set up, in the order in which they are offered. */
export const knownFactors: readonly SecondFactor[] = all.map((ui) => ui.kind);

export function uiOf(kind: SecondFactor): SecondFactorUi {
  const ui = byKind.get(kind);
  if (ui === undefined) throw new Error(`no page knows the factor ${kind}`);
  return ui;
}
