import type { ErrorCode } from '@sparekey/contracts';
import type { FormProblem } from './form-problems.ts';
import type { Passkey } from './passkey-models.ts';

export type * from './account-models.ts';
export type * from './form-problems.ts';
export type * from './passkey-models.ts';

/** What every form carries. `csrf` and `step` come back as hidden inputs of these names. */
export interface FormModel {
  csrf: string;
  step: string;
  problem?: FormProblem;
}

/** Why a proof is asked for: an application, or a change on the account page. */
export type Purpose =
  | { app: string }
  | {
      change: 'account' | 'password' | 'add_authenticator' | 'remove_authenticator' | 'backup_codes' | 'profile';
    };

/** Another way to prove oneself, offered as `button[name=action][value="try:…"]`. */
export type OtherWay = 'totp' | 'webauthn' | 'email' | 'sms' | 'backup_code' | 'password';

/**
 * Username and password on one page, and a passkey without either. Actions: continue, passkey, cancel, and
 * try:email where that is offered.
 */
export interface SignInModel extends FormModel {
  purpose: Purpose;
  /** Offers "Forgot your password?" there. */
  forgotPath?: string;
  /** What was typed, or login_hint. */
  username: string;
  /** Offered in the username's autofill and by a button. */
  passkey?: Passkey;
  /** `email` for who has no password and lost the passkey. */
  otherWays?: OtherWay[];
  mayCancel: boolean;
}

/** Password of a known person (re-authentication, fresh proof). Actions: continue, passkey, not_me, cancel, try:…. */
export interface PasswordModel extends FormModel {
  purpose: Purpose;
  username: string;
  passkey?: Passkey;
  otherWays: OtherWay[];
  mayCancel: boolean;
  /** Offers "Not you?"; off on the account page. */
  maySwitch: boolean;
}

/** Code from the authenticator app. Actions: continue, try:…, cancel. */
export interface TotpModel extends FormModel {
  purpose: Purpose;
  username: string;
  /** Names of the devices enrolled; named when there is exactly one. */
  devices: string[];
  /** Usually 6; of a single imported authenticator it may be 7 or 8. */
  digits: number;
  /** `backup_code` becomes "Lost your device?". */
  otherWays: OtherWay[];
  /** Offers to be spared this factor here for so many days, by the checkbox `trust`; absent where it is not offered. */
  trustDays?: number | undefined;
  mayCancel: boolean;
}

/** One backup code. Actions: continue, try:…, cancel. */
export interface BackupCodeModel extends FormModel {
  purpose: Purpose;
  username: string;
  /** How a code looks, such as K7M2-P9X4. */
  groups: number;
  groupLength: number;
  /** Which code of the list is asked for, from 1; any of them when absent. */
  number?: number | undefined;
  otherWays: OtherWay[];
  mayCancel: boolean;
}

/** New authenticator app: fields `otp`, `label`. Actions: continue, later (when allowed), cancel. */
export interface EnrolTotpModel extends FormModel {
  purpose?: Purpose;
  username: string;
  /** otpauth://totp/… for the QR code and the link. */
  uri: string;
  /** Base32 secret for typing. */
  secret: string;
  digits: number;
  /** What was typed; empty at first. */
  label: string;
  /** Why the page came up: asked for by the person, demanded by policy, or to replace a lost device. */
  reason: 'asked' | 'required' | 'replace';
  mayPutOff: boolean;
  /** What may be set up instead. */
  otherWays?: OtherWay[];
  mayCancel: boolean;
}

/** A new set, in plaintext, this once. Field `confirm_code`. Actions: continue, cancel. */
export interface BackupCodesModel extends FormModel {
  purpose?: Purpose;
  /** With separators, in order. */
  codes: string[];
  /** Each code will be asked for by its number, so the numbers are shown. */
  numbered?: boolean;
  username: string;
  createdAt: Date;
  expiresAt: Date;
  /** Address where the codes are of use, for card and file. */
  signInAddress: string;
  /** An older set is still good until this one is confirmed. */
  replaces: boolean;
  reason: 'first' | 'asked' | 'low' | 'expiring' | 'last';
  mayCancel: boolean;
}

/** The set was shown already: type one of its codes back. Actions: continue, try:new_codes, cancel. */
export interface ConfirmBackupCodesModel extends FormModel {
  purpose?: Purpose;
  createdAt: Date;
  replaces: boolean;
  groups: number;
  groupLength: number;
  mayCancel: boolean;
}

/** After signing in with a backup code. Actions: continue (set up a device), later (when allowed). */
export interface AfterRecoveryModel extends FormModel {
  purpose: Purpose;
  left: number;
  /** Proven by a pass of an administrator instead of a code. */
  byPass: boolean;
  /** The authenticators the person has: one of them, or all, is lost. Field `lost`: the id, or `all`. */
  devices: LostDevice[];
  mayPutOff: boolean;
}

/** An authenticator that may be lost. */
export interface LostDevice {
  id: string;
  label: string;
  kind: 'totp' | 'webauthn' | 'sms' | 'email';
}

/** A recovery waits. Actions: continue (look again, or go on once it is over), try:… (the device turned up), cancel. */
export interface CoolDownModel extends FormModel {
  purpose: Purpose;
  username: string;
  /** When the wait ends by itself; absent when an administrator has to end it. */
  until?: Date;
  over: boolean;
  /** Masked addresses that were told. */
  sentTo: string[];
  otherWays: OtherWay[];
  mayCancel: boolean;
}

/** A new set is offered. Actions: continue, later (when allowed). */
export interface LowCodesModel extends FormModel {
  purpose: Purpose;
  /** Few are left, or their set ends soon. */
  why: 'low' | 'expiring';
  left: number;
  expiresAt: Date;
  mayPutOff: boolean;
}

/** A wait as a page of its own. Actions: try:… when there are other ways, cancel. */
export interface LockedModel extends FormModel {
  purpose: Purpose;
  /** Undefined when no wait will help. */
  waitSeconds?: number;
  otherWays: OtherWay[];
  mayCancel: boolean;
}

export interface ErrorModel {
  code: ErrorCode;
  /** For the person's report to the help desk. */
  requestId: string;
  /** Added by whoever threw, already fit for people. */
  publicMessage?: string;
  retryAfterSeconds?: number;
  /** Way back. */
  back?: { href: string; app?: string };
}

export interface ExpiredModel {
  /** Where to start again: the application, or the account page. */
  back?: { href: string; app?: string };
}

export interface SignedOutModel {
  back?: { href: string; app?: string };
}

export interface Person {
  username: string;
  firstName?: string;
  lastName?: string;
  email?: string;
}

/** Fields first_name, last_name, email. Actions: continue, cancel. */
export interface ProfileModel extends FormModel {
  person: Person;
}

/** Names what will be lost. Actions: continue, cancel. */
export interface RemoveAuthenticatorModel extends FormModel {
  username: string;
  kind: 'totp' | 'webauthn';
  label: string;
  /** The last one: backup codes end with it. */
  last: boolean;
  codesLeft: number;
  /** The realm demands a second factor: then the last one stays. */
  required: boolean;
}

/** Before a new set is made. Actions: continue, cancel. */
export interface NewBackupCodesModel extends FormModel {
  username: string;
  /** Within a sign-in: not making them goes on. */
  mayDecline?: boolean;
  /** Codes that will end once the new set is confirmed. */
  left: number;
  count: number;
}
