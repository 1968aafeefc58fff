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
export * from './factor.ts';
export * from './hash/index.ts';
export { MAX_PASSWORD_BYTES, type PasswordFactor } from './password/password.ts';
export * from './ports.ts';
export { createFactors, type FactorDependencies, type Factors } from './registry.ts';
export { base32, fromBase32 } from './totp/base32.ts';
export type { TotpNames, TotpSetup } from './totp/enrolment.ts';
export type { PendingTotpCheck, TotpEnrolment, TotpFactor } from './totp/totp.ts';
