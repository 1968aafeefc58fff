import { type BackupCodeFactor, createBackupCodeFactor } from './backup-code/backup-code.ts';
import type { Peppers } from './backup-code/verifiers.ts';
import { createEmailFactor } from './email/email.ts';
import type { Factor, FactorKind } from './factor.ts';
import type { HashEngine } from './hash/engine.ts';
import { createPasswordFactor, type PasswordFactor } from './password/password.ts';
import type { SentCodeFactor } from './sent-code/sent-code.ts';
import { createSmsFactor } from './sms/sms.ts';
import { createTotpFactor, type TotpFactor } from './totp/totp.ts';
import type { WebAuthnSite } from './webauthn/verify.ts';
import { createWebAuthnFactor, type WebAuthnFactor } from './webauthn/webauthn.ts';

/** The factors of the product. */
export interface Factors {
  readonly password: PasswordFactor;
  readonly webauthn: WebAuthnFactor;
  readonly totp: TotpFactor;
  readonly email: SentCodeFactor;
  readonly sms: SentCodeFactor;
  readonly backupCode: BackupCodeFactor;
  /** In the order in which they are offered: backup codes always last. */
  readonly all: readonly Factor[];
  of(kind: FactorKind): Factor;
}

export interface FactorDependencies {
  engine: HashEngine;
  peppers: Peppers;
  site: WebAuthnSite;
  clock: () => Date;
  random: (count: number) => Buffer;
  /** 32 bytes; keys the stored digests of codes that are sent. */
  sentCodeKey: Buffer;
}

/** One line for each factor; nothing else in the product lists them. */
export function createFactors(dependencies: FactorDependencies): Factors {
  const password = createPasswordFactor(dependencies);
  const webauthn = createWebAuthnFactor(dependencies);
  const totp = createTotpFactor(dependencies);
  const email = createEmailFactor(dependencies);
  const sms = createSmsFactor(dependencies);
  const backupCode = createBackupCodeFactor(dependencies);
  const byKind: Record<FactorKind, Factor> = { password, webauthn, totp, sms, email, backup_code: backupCode };
  const all = Object.values(byKind);
  return { password, webauthn, totp, email, sms, backupCode, all, of: (kind) => byKind[kind] };
}
