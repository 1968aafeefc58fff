import type { UserId } from '@sparekey/contracts';
import type { Proof } from './assurance.ts';

/** What the journey may put off for this once. */
export type Deferrable = 'repair' | 'replenish';

/** All that is carried from state to state: nothing else may be copied from one state into another. */
export interface Proven {
  userId: UserId | undefined;
  proofs: readonly Proof[];
  deferred: readonly Deferrable[];
}

/** Why a factor is being enrolled: the realm asks for one, the client does, or the lost one is replaced. */
export type EnrolReason = 'policy' | 'client' | 'repair';

/** Why a set of backup codes is made: there is none, it expired, few are left, or the last one went. */
export type ReplenishReason = 'missing' | 'expired' | 'low' | 'last';

export type DeniedReason = 'cancelled' | 'consent_denied' | 'unmet_assurance';

/** One state of a sign-in; persisted as JSON in the SignIn row. */
export type SignInState =
  /** Name and password are asked for. */
  | { at: 'identify'; proven: Proven }
  /** The person is known from the session and proves the password again, on the way to `recovery` when that was asked for. */
  | { at: 'password'; then: 'settle' | 'recovery'; proven: Proven }
  /** The second factor is asked for. */
  | { at: 'factor'; proven: Proven }
  /** A backup code is asked for because the usual factor is gone. */
  | { at: 'recovery'; proven: Proven }
  /** The session stands, and a second factor is asked for on top. */
  | { at: 'stepUp'; proven: Proven }
  /** A second factor is set up; a repair first says what happened (`told` is false). */
  | { at: 'enrol'; why: EnrolReason; told: boolean; later: boolean; proven: Proven }
  /** A new set of backup codes is made and confirmed; `told` is false while it is only offered. */
  | { at: 'replenish'; why: ReplenishReason; told: boolean; later: boolean; proven: Proven }
  | { at: 'consent'; proven: Proven }
  | { at: 'done'; proven: Proven }
  | { at: 'denied'; why: DeniedReason; proven: Proven };

/** What happened, as established by the driver: a proof is reported only after it was checked and spent. */
export type Happened =
  | { event: 'password_proven'; userId: UserId }
  | { event: 'totp_proven' }
  | { event: 'backup_code_proven' }
  | { event: 'totp_enrolled' }
  | { event: 'codes_confirmed' }
  /** "Lost your device?" */
  | { event: 'tried_backup_code' }
  /** Back to the usual factor. */
  | { event: 'tried_totp' }
  /** "Not you?" */
  | { event: 'other_person' }
  /** The page that says what happened, or makes an offer, was read. */
  | { event: 'continued' }
  | { event: 'put_off' }
  | { event: 'allowed' }
  | { event: 'refused' }
  | { event: 'cancelled' }
  /** Too many wrong proofs, or the account was disabled meanwhile: everything proven so far is void. */
  | { event: 'barred' };

/** What the driver looked up for this step; the machine looks nothing up. */
export interface Facts {
  policy: {
    secondFactorRequired: boolean;
    codesRequired: boolean;
    repairRequired: boolean;
    lowThreshold: number;
  };
  /** About the person of `proven.userId`; undefined when nobody is proven. */
  person: PersonFacts | undefined;
  /** What the client asks for. */
  client: {
    /** Acceptable classes; empty when it does not care. */
    acrs: readonly string[];
    consentNeeded: boolean;
  };
}

export interface PersonFacts {
  /** Confirmed second factors. */
  secondFactors: number;
  /** Of the active set; undefined without one. */
  codes: { left: number; expired: boolean } | undefined;
}

/** How the browser arrived. */
export interface Arrival {
  session: { userId: UserId; acr: string | undefined } | undefined;
  /** The client or the person wants the first proof anew (prompt=login, max_age, another account). */
  again: 'no' | 'same_person' | 'any_person';
}
