import type { UserId } from '@sparekey/contracts';
import type { FirstProof, Proof, RecoveryProof, SecondFactor } from './assurance.ts';

/** What the journey need not ask for again: put off for this once, or over. */
export type Deferrable =
  | 'enrol'
  | 'repair'
  | 'replenish'
  /** An action that was done in this sign-in. */
  | `action:${string}`
  /** An action of the application that was not wanted. */
  | `declined:${string}`;

/** How an action that the application asked for ended; `error` when it was never offered. */
export function actionOutcome({ deferred }: Proven, action: string): 'success' | 'cancelled' | 'error' {
  if (deferred.includes(`action:${action}`)) return 'success';
  return deferred.includes(`declined:${action}`) ? 'cancelled' : 'error';
}

/** All that is carried from state to state: nothing else may be copied from one state into another. */
export interface Proven {
  userId: UserId | undefined;
  proofs: readonly Proof[];
  deferred: readonly Deferrable[];
}

/** Why a factor is being enrolled: the realm asks for one, the client does, or the lost one is replaced. */
export type EnrolReason = 'policy' | 'client' | 'repair';

/** Why a set of backup codes is made: there is none, it expired or soon will, few are left, or the last one went. */
export type ReplenishReason = 'missing' | 'expired' | 'expiring' | 'low' | 'last';

export type DeniedReason = 'cancelled' | 'consent_denied' | 'unmet_assurance';

/** One state of a sign-in; persisted as JSON in the SignIn row. */
export type SignInState =
  /** Name and password are asked for, or a passkey. */
  | { at: 'identify'; proven: Proven }
  /** The person is known from the session and proves the password again, on the way to `recovery` when that was asked for. */
  | { at: 'password'; onward: 'settle' | 'recovery'; proven: Proven }
  /** Without a password: a code by mail opens the recovery of who lost the passkey. `login` is what was typed. */
  | { at: 'mail'; login: string; proven: Proven }
  /** The second factor is asked for. */
  | { at: 'factor'; chosen: SecondFactor; proven: Proven }
  /** A backup code (or an administrator's pass) is asked for because the usual factor is gone. */
  | { at: 'recovery'; proven: Proven }
  /** More than what is proven: the client wants a stronger class, or a recovery looks risky. */
  | { at: 'stepUp'; why: 'client' | 'risk'; chosen: SecondFactor; proven: Proven }
  /** A risky recovery waits, for its time to pass unvetoed or for an administrator. */
  | { at: 'coolDown'; proven: Proven }
  /** A second factor is set up; a repair first says what happened (`told` is false). */
  | { at: 'enrol'; why: EnrolReason; chosen: SecondFactor; told: boolean; later: boolean; proven: Proven }
  /** A new set of backup codes is made and confirmed; `told` is false while it is only offered. */
  | { at: 'replenish'; why: ReplenishReason; told: boolean; later: boolean; proven: Proven }
  /** Something the realm, or the client (then `later`), wants done first: a new password, a verified address, a factor. */
  | { at: 'action'; action: string; later: boolean; proven: Proven }
  | { at: 'consent'; proven: Proven }
  | { at: 'done'; proven: Proven }
  | { at: 'denied'; why: DeniedReason; proven: Proven };

/** What happened, as established by the driver: a proof is reported only after it was checked and spent. */
export type Happened =
  /** A first proof, with whose it is. */
  | { event: 'opened'; by: FirstProof; userId: UserId }
  /** The second factor that was asked for. */
  | { event: 'proven'; factor: SecondFactor }
  | { event: 'recovered'; by: RecoveryProof }
  | { event: 'enrolled'; factor: SecondFactor }
  | { event: 'codes_confirmed' }
  /** With the factor, when the action was to set one up. */
  | { event: 'action_done'; action: string; enrolled?: SecondFactor }
  /** The cool-down is over: unvetoed, or approved. */
  | { event: 'waited' }
  /** "Try another way": another factor, or back from recovery to it; while enrolling, another kind to set up. */
  | { event: 'tried'; way: SecondFactor }
  /** "Lost your device?" */
  | { event: 'lost' }
  /** Without a password: "I lost my passkey", with the name that was typed. */
  | { event: 'tried_mail'; login: string }
  /** "Not you?", and back from the mail step. */
  | { event: 'other_person' }
  /** Time went by in which the person may have set up a factor elsewhere: what was enough may be no more. */
  | { event: 'revisited' }
  /** The page that says what happened, or makes an offer, was read. */
  | { event: 'continued' }
  | { event: 'put_off' }
  | { event: 'allowed' }
  | { event: 'refused' }
  | { event: 'cancelled' }
  /** Too many wrong proofs, a veto, or the account was disabled meanwhile: everything proven so far is void. */
  | { event: 'barred' };

/** What the driver looked up for this step; the machine looks nothing up. */
export interface Facts {
  policy: {
    secondFactorRequired: boolean;
    /** Kinds a person may set up, best first; never empty. */
    enrollable: readonly SecondFactor[];
    /** Within the grace period enrolment may be put off. */
    inGrace: boolean;
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
    /** A recovery may go on to it: by policy, or because it is the account pages. */
    takesRecovery: boolean;
    /** An action the application started, which the person may decline. */
    action: string | undefined;
  };
}

export interface PersonFacts {
  /** Second factors the person holds and the policy accepts, in the order in which they are offered. */
  factors: readonly SecondFactor[];
  /** Of the active set; undefined without one. */
  codes: { left: number; expired: boolean; expiring: boolean } | undefined;
  /** What has to be done before going on, in order. */
  actions: readonly string[];
  /** This browser is trusted by this person, under the policy of today. */
  trustedDevice: boolean;
  /** What a recovery of this person, here and now, has to bring beside its code. */
  recovery: {
    demands: 'nothing' | 'other_channel' | 'waiting';
    /** Channels that can back it, in the order of offer. */
    channels: readonly SecondFactor[];
  };
}

/** How the browser arrived. */
export interface Arrival {
  session: { userId: UserId; acr: string | undefined } | undefined;
  /** The client or the person wants the first proof anew (prompt=login, max_age, another account). */
  again: 'no' | 'same_person' | 'any_person';
}
