import type { FormModel, Purpose } from './models.ts';

/** A link goes to the address. Actions: continue (send it; once `sent`, go on), try:email (send again), later, cancel. */
export interface VerifyEmailModel extends FormModel {
  purpose: Purpose;
  email: string;
  sent: boolean;
  mayDecline: boolean;
}

/** Which account a reset link should be sent for. Field username. Actions: continue, cancel. */
export interface ForgotPasswordModel extends FormModel {
  purpose: Purpose;
  username: string;
}

/** The same for everyone who asked, whoever they are. Action: cancel (back to the sign-in). */
export interface ResetSentModel extends FormModel {
  purpose: Purpose;
  minutes: number;
}

/** What a followed link did, or that it cannot be used (any more). */
export interface LinkOutcomeModel {
  outcome: 'password_reset' | 'email_verified' | 'unusable';
  back: { href: string; app?: string };
}

/** A link in a mail to a new address was opened: nothing happens before the button. Actions: continue. */
export interface ConfirmEmailModel extends FormModel {
  email: string;
}

/** Fields new_password, new_password_again. Actions: continue, and cancel, later (when declined) or neither (a reset). */
export interface ChangePasswordModel extends FormModel {
  username: string;
  minLength: number;
  /** Wanted by the person, demanded by the realm, or forgotten. */
  reason: 'asked' | 'required' | 'reset';
  purpose?: Purpose;
  /** Within a sign-in: not changing it goes on. */
  mayDecline?: boolean;
}
