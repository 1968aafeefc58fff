import type { Activity } from '../account/operations/activity.ts';
import type { BackupCodeUse } from '../account/operations/backup-codes.ts';
import type { Whereabouts } from '../account/operations/whereabouts.ts';
import type { FormModel, Person } from './models.ts';

/** Told once at the top of the account page after something was done. */
export type AccountNotice =
  | 'profile_saved'
  | 'email_change_sent'
  | 'password_changed'
  | 'authenticator_added'
  | 'authenticator_removed'
  | 'passkey_added'
  | 'passkey_renamed'
  | 'passkey_removed'
  | 'backup_codes_replaced'
  | 'session_ended'
  | 'sessions_ended'
  | 'application_disconnected'
  | 'phone_saved'
  | 'phone_removed'
  | 'device_forgotten';

export interface AuthenticatorCard {
  id: string;
  kind: 'password' | 'totp' | 'webauthn';
  label: string;
  createdAt: Date;
  lastUsedAt?: Date;
  /** Its counter went back: there may be a copy of it. */
  suspect?: boolean;
  /** By how much the device's clock was off at its last code: below zero when it is slow. Told when it is not 0. */
  driftSeconds?: number;
}

export interface BackupCodesCard {
  count: number;
  left: number;
  createdAt: Date;
  lastUsedAt?: Date;
  expiresAt: Date;
}

export interface SessionRow {
  /** An id fit for a form (the session's uid), never the cookie's value. */
  id: string;
  current: boolean;
  where: Whereabouts;
  startedAt: Date;
  lastSeenAt: Date;
  /** Names of applications that were signed in to with it. */
  applications: string[];
}

export interface TrustedDeviceRow {
  id: string;
  where: Whereabouts;
  lastSeenAt: Date;
  /** When the second factor is asked for again. */
  until: Date;
}

export interface ApplicationRow {
  clientId: string;
  name?: string;
  scopes: string[];
  since: Date;
  lastUsedAt?: Date;
  offline: boolean;
}

/** Account → Security. Posts to `accountPaths(…).sessions` with action `end:{id}`, `end:others` or `end:all`. */
export interface AccountModel {
  csrf: string;
  person: Person;
  authenticators: AuthenticatorCard[];
  /** False where the policy allows no further authenticator app. */
  mayAddApp?: boolean;
  /** The confirmed set, also when expired. */
  backupCodes?: BackupCodesCard;
  sessions: SessionRow[];
  /** Browsers that are spared the second factor. Posts to `accountPaths(…).devices` with action `forget:{id}`. */
  trustedDevices: TrustedDeviceRow[];
  applications: ApplicationRow[];
  /** Shown where there is a number, or one may be set. */
  phone?: { number?: string; verified: boolean; usableFrom?: Date; codesGoTo?: string };
  /** The policy lets people delete their account. */
  mayDelete: boolean;
  /** The newest few entries. */
  activity: Activity[];
  notice?: AccountNotice;
}

/** The form posts `username` as the person typed it. */
export interface DeleteAccountModel extends FormModel {
  username: string;
}

/** Account → Phone number. Actions: continue, remove, cancel. */
export interface PhoneModel extends FormModel {
  username: string;
  /** The number of now, in full: it is the person's own. */
  current?: string;
  typed: string;
  /** False where the policy or the deployment takes none. */
  maySet: boolean;
  /** How long a new number is not used for codes. */
  waitHours: number;
}

/** The code for a number, which comes back as a hidden input. Actions: continue, resend, cancel. */
export interface PhoneCodeModel extends FormModel {
  username: string;
  number: string;
  digits: number;
}

/** Account → Activity. */
export interface ActivityModel {
  csrf: string;
  username: string;
  days: number;
  entries: Activity[];
  /** Cursor of the page after this one. */
  next?: string;
  /** This page is not the first. */
  older: boolean;
}

/** Account → Connected applications. Posts to its own address with action `disconnect:{clientId}`. */
export interface ApplicationsModel {
  csrf: string;
  username: string;
  applications: ApplicationRow[];
  notice?: AccountNotice;
}

/** Account → Backup codes: how the set stands, and each use. */
export interface CodesUsedModel {
  csrf: string;
  username: string;
  codes: BackupCodesCard;
  uses: BackupCodeUse[];
}
