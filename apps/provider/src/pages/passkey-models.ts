import type { FormModel, OtherWay, Purpose } from './models.ts';

/**
 * A page whose script asks the browser for a passkey. The answer goes into the hidden input `webauthn`, as JSON.
 * `options` are the WebAuthn options in JSON form (WebAuthn L3 §5.1.10).
 */
export interface Passkey {
  options: object;
}

/** A passkey or security key as second factor. Actions: continue, try:…, cancel. */
export interface WebauthnModel extends FormModel, Passkey {
  purpose: Purpose;
  username: string;
  /** Names of those enrolled. */
  devices: string[];
  otherWays: OtherWay[];
  /** As on the page of the authenticator app. */
  trustDays?: number | undefined;
  mayCancel: boolean;
}

/** A new passkey or security key: field `label`. Actions: continue, later (when allowed), try:…, cancel. */
export interface EnrolWebauthnModel extends FormModel, Passkey {
  purpose?: Purpose;
  username: string;
  label: string;
  reason: 'asked' | 'required' | 'replace';
  mayPutOff: boolean;
  /** What may be set up instead. */
  otherWays: OtherWay[];
  mayCancel: boolean;
}

/** Another name for a passkey: field `label`. Actions: continue, cancel. */
export interface RenamePasskeyModel extends FormModel {
  username: string;
  label: string;
}
