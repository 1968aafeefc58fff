/** Authentication context classes that we issue, weakest first where they can be compared. */
export const acrs = ['urn:sparekey:acr:1fa', 'urn:sparekey:acr:recovery', 'urn:sparekey:acr:mfa'] as const;
export type Acr = (typeof acrs)[number];

export const ACR_1FA: Acr = 'urn:sparekey:acr:1fa';
export const ACR_RECOVERY: Acr = 'urn:sparekey:acr:recovery';
export const ACR_MFA: Acr = 'urn:sparekey:acr:mfa';

/** Our private `amr` value: RFC 8176 registers none for look-up secrets. */
export const AMR_BACKUP_CODE = 'urn:sparekey:amr:backup_code';

/** What a person proved, in the order of the proofs. `session_*` is what the browser's session brought along. */
export type Proof =
  | 'session_1fa'
  | 'session_recovery'
  | 'session_mfa'
  | 'password'
  | 'totp'
  | 'totp_enrolled'
  | 'backup_code';

export function isAcr(value: string): value is Acr {
  return (acrs as readonly string[]).includes(value);
}

/** The session proof that stands for an acr that an earlier sign-in reached. */
export function sessionProof(acr: string | undefined): Proof {
  if (acr === ACR_MFA) return 'session_mfa';
  return acr === ACR_RECOVERY ? 'session_recovery' : 'session_1fa';
}

/** A first proof was given: a password, or a session that began with one. */
export function hasFirstProof(proofs: readonly Proof[]): boolean {
  return proofs.some((p) => p === 'password' || p.startsWith('session_'));
}

/** A second factor was given, whether the usual one or its stand-in. */
export function hasSecondProof(proofs: readonly Proof[]): boolean {
  return proofs.some(
    (p) =>
      p === 'totp' || p === 'totp_enrolled' || p === 'backup_code' || p === 'session_mfa' || p === 'session_recovery',
  );
}

/**
 * The assurance that proofs add up to; undefined without a first proof. A backup code alone beside the first proof is
 * `recovery`; once a factor was enrolled or used as well, the person holds a working second factor again: `mfa`.
 */
export function acrOf(proofs: readonly Proof[]): Acr | undefined {
  if (!hasFirstProof(proofs)) return undefined;
  if (proofs.some((p) => p === 'totp' || p === 'totp_enrolled' || p === 'session_mfa')) return ACR_MFA;
  return hasSecondProof(proofs) ? ACR_RECOVERY : ACR_1FA;
}

/** Values for the `amr` claim, RFC 8176 and our private one, each once. */
export function amrOf(proofs: readonly Proof[], sessionAmr: readonly string[] = []): string[] {
  const amr = new Set<string>(proofs.some((p) => p.startsWith('session_')) ? sessionAmr : []);
  if (proofs.includes('password')) amr.add('pwd');
  if (proofs.includes('totp') || proofs.includes('totp_enrolled')) amr.add('otp');
  if (proofs.includes('backup_code')) amr.add(AMR_BACKUP_CODE);
  if (hasSecondProof(proofs)) amr.add('mfa');
  return [...amr];
}

/** Whether what was reached is enough for what a client wants: mfa is above 1fa; recovery is no mfa. */
export function acrSatisfies(have: string | undefined, wanted: string): boolean {
  if (have === wanted) return true;
  return wanted === ACR_1FA && (have === ACR_MFA || have === ACR_RECOVERY);
}

/** Any of the wanted classes is enough (OIDC Core §3.1.2.1 acr_values); nothing wanted is always satisfied. */
export function anyAcrSatisfied(have: string | undefined, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((w) => acrSatisfies(have, w));
}
