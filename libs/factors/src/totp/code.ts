import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createGuardrails, generateSync } from 'otplib';
import type { TotpAlgorithm, TotpAuthenticator } from '../ports.ts';

/** What decides the codes of an authenticator. */
export type TotpParameters = Pick<TotpAuthenticator, 'secret' | 'algorithm' | 'digits' | 'periodSeconds'>;

/** Steps before and after the present one whose codes are accepted (RFC 6238 §5.2 advises one). */
const WINDOW_STEPS = 1;

/**
 * otplib's own limits refuse secrets under 16 bytes; people imported from elsewhere may hold shorter ones, and shall not
 * be locked out. What we generate ourselves is long enough.
 */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: 1024, MIN_PERIOD: 1, MAX_PERIOD: 3600 });

/** Node's HMAC for otplib: an order of magnitude less time than its default in JavaScript. */
const crypto = {
  name: 'node',
  hmac: (algorithm: TotpAlgorithm, key: Uint8Array, data: Uint8Array) =>
    createHmac(algorithm, key).update(data).digest(),
  randomBytes: (length: number) => randomBytes(length),
  constantTimeEqual: (a: string | Uint8Array, b: string | Uint8Array) => sameBytes(Buffer.from(a), Buffer.from(b)),
};

/** The code of one time step. */
export function codeAt(totp: TotpParameters, step: number): string {
  const { secret, algorithm, digits, periodSeconds: period } = totp;
  return generateSync({ secret, algorithm, digits, period, epoch: step * period, guardrails, crypto });
}

/** The time step of a moment, counted from 1970 (RFC 6238 §4.2). */
export function stepAt(now: Date, periodSeconds: number): number {
  return Math.floor(now.getTime() / 1000 / periodSeconds);
}

export interface StepMatch {
  step: number;
  /** Steps by which the person's clock is off: below zero when it is slow. */
  driftSteps: number;
}

/**
 * The time steps within the window whose code this is, the newest first; usually none or one. Every step is computed
 * and compared, so that time tells nothing about which matched. A code of another length matches nothing.
 */
export function matchingSteps(totp: TotpParameters, code: string, now: Date): StepMatch[] {
  const present = stepAt(now, totp.periodSeconds);
  const matches: StepMatch[] = [];
  for (let driftSteps = WINDOW_STEPS; driftSteps >= -WINDOW_STEPS; driftSteps--) {
    const step = present + driftSteps;
    if (step < 0) continue;
    if (sameBytes(Buffer.from(codeAt(totp, step)), Buffer.from(code))) matches.push({ step, driftSteps });
  }
  return matches;
}

/** What was typed, without spaces and dashes; undefined when it is not 6 to 8 digits. Full-width digits count. */
export function normaliseTotp(input: string): string | undefined {
  if (input.length > 64) return undefined;
  const code = input.normalize('NFKC').replace(/[\s\p{Dash}]/gu, '');
  return /^[0-9]{6,8}$/.test(code) ? code : undefined;
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
