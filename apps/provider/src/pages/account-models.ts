import type { Person } from './models.ts';

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
  browser?: string;
  os?: string;
  ip: string;
  startedAt: Date;
  lastSeenAt: Date;
  /** Applications that were signed in to with it. */
  apps: string[];
}

export interface TrustedDeviceRow {
  id: string;
  browser?: string;
  os?: string;
  ip: string;
  lastSeenAt: Date;
  /** When the second factor is asked for again. */
  until: Date;
}

/** Account → Security. Posts to `accountPaths(…).sessions` with action `end:{id}` or `end:all`. */
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
  notice?: AccountNotice;
}
