export * from './attempts/attempts.ts';
export type {
  BackupCodeFactor,
  GeneratedBackupCodes,
  Holder,
  PendingBackupCodeCheck,
  PreparedBackupCodes,
} from './backup-code/backup-code.ts';
export { askedNumber } from './backup-code/backup-code.ts';
export type { Peppers } from './backup-code/verifiers.ts';
export * from './break-glass/index.ts';
export * from './contact/in-force.ts';
export * from './factor.ts';
export * from './hash/index.ts';
export { breachedPasswordFile } from './password/breached-file.ts';
export { breachedPasswordRange } from './password/breached-range.ts';
export {
  type BreachedPasswords,
  createNewPasswords,
  type NewPassword,
  type NewPasswords,
  type PasswordRefusal,
} from './password/new-password.ts';
export { MAX_PASSWORD_BYTES, type PasswordFactor } from './password/password.ts';
export { createStrengthMeter, type StrengthMeter } from './password/strength.ts';
export * from './ports.ts';
export * from './recovery/index.ts';
export { createFactors, type FactorDependencies, type Factors } from './registry.ts';
export {
  type CodeFor,
  SENT_CODE_SECONDS,
  type SentCodeFactor,
  type SentCodeKind,
} from './sent-code/sent-code.ts';
export { e164 } from './sms/sms.ts';
export { base32, fromBase32 } from './totp/base32.ts';
export type { TotpNames, TotpSetup } from './totp/enrolment.ts';
export type { PendingTotpCheck, TotpEnrolment, TotpFactor } from './totp/totp.ts';
export type { WebAuthnNames } from './webauthn/options.ts';
export type {
  Ceremony,
  CeremonyPurpose,
  WebAuthnAuthenticator,
  WebAuthnStore,
} from './webauthn/ports.ts';
export type { Registration, WebAuthnSite } from './webauthn/verify.ts';
export type { RegistrationCheck, WebAuthnFactor, WebAuthnHolder } from './webauthn/webauthn.ts';
