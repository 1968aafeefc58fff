import { type BackupCodeFactor, createBackupCodeFactor } from './backup-code/backup-code.ts';
import type { Peppers } from './backup-code/verifiers.ts';
import type { Factor, FactorKind } from './factor.ts';
import type { HashEngine } from './hash/engine.ts';
import { createPasswordFactor, type PasswordFactor } from './password/password.ts';
import { createTotpFactor, type TotpFactor } from './totp/totp.ts';
import type { WebAuthnSite } from './webauthn/verify.ts';
import { createWebAuthnFactor, type WebAuthnFactor } from './webauthn/webauthn.ts';

/** The factors of the product. */
export interface Factors {
  readonly password: PasswordFactor;
  readonly webauthn: WebAuthnFactor;
  readonly totp: TotpFactor;
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
}

/** One line for each factor; nothing else in the product lists them. */
export function createFactors(dependencies: FactorDependencies): Factors {
  const password = createPasswordFactor(dependencies);
  const webauthn = createWebAuthnFactor(dependencies);
  const totp = createTotpFactor(dependencies);
  const backupCode = createBackupCodeFactor(dependencies);
  const byKind: Record<FactorKind, Factor> = { password, webauthn, totp, backup_code: backupCode };
  return { password, webauthn, totp, backupCode, all: Object.values(byKind), of: (kind) => byKind[kind] };
}
