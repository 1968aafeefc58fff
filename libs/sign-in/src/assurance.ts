/** Authentication context classes that we issue; `phr` is of OpenID's EAP ACR Values 1.0. */
export const ACR_1FA = 'urn:sparekey:acr:1fa';
export const ACR_RECOVERY = 'urn:sparekey:acr:recovery';
export const ACR_MFA = 'urn:sparekey:acr:mfa';
export const ACR_PHR = 'phr';

/** Weakest first: what is reached is good for everything before it. */
export const acrs = [ACR_1FA, ACR_RECOVERY, ACR_MFA, ACR_PHR] as const;
export type Acr = (typeof acrs)[number];

/** Our private `amr` value: RFC 8176 registers none for look-up secrets. */
export const AMR_BACKUP_CODE = 'urn:sparekey:amr:backup_code';

/** Kinds of second factor, in the order in which they are offered where nothing else decides: strongest first. */
export const secondFactors = ['webauthn', 'totp', 'sms', 'email'] as const;
export type SecondFactor = (typeof secondFactors)[number];

/** What a session of an earlier sign-in brings along. */
export type SessionProof = 'session_1fa' | 'session_recovery' | 'session_mfa' | 'session_phr';

/**
 * What opens a sign-in: a password, a user-verifying passkey, (without a password, for recovery) a code by mail, or the
 * pass that a sealed code opened for an administrator, which stands in for a second factor as well.
 */
export type FirstProof = 'password' | 'passkey' | 'mail' | 'break_glass';

/** What stands in for a lost second factor: one of the person's backup codes, or a pass an administrator issued. */
export type RecoveryProof = 'backup_code' | 'pass';

/** What a person proved, in the order of the proofs. */
export type Proof =
  | SessionProof
  | FirstProof
  | SecondFactor
  | `${SecondFactor}_enrolled`
  | RecoveryProof
  /** This browser was trusted after a second factor: spares the next one, and proves nothing else. */
  | 'trusted_device'
  /** A risky recovery was backed by another channel. */
  | 'other_channel'
  /** A risky recovery waited its time unvetoed, or an administrator approved it. */
  | 'waited';

export function isAcr(value: string): value is Acr {
  return (acrs as readonly string[]).includes(value);
}

/** The session proof that stands for an acr that an earlier sign-in reached. */
export function sessionProof(acr: string | undefined): SessionProof {
  if (acr === ACR_PHR) return 'session_phr';
  if (acr === ACR_MFA) return 'session_mfa';
  return acr === ACR_RECOVERY ? 'session_recovery' : 'session_1fa';
}

export const isSessionProof = (proof: Proof): proof is SessionProof => proof.startsWith('session_');

export const isFirstProof = (proof: Proof): proof is FirstProof =>
  proof === 'password' || proof === 'passkey' || proof === 'mail' || proof === 'break_glass';

/** A first proof was given, now or in the session. */
export function hasFirstProof(proofs: readonly Proof[]): boolean {
  return proofs.some((p) => isFirstProof(p) || isSessionProof(p));
}

/** The second factors that count: a code by mail says nothing more to someone who came in by mail. */
export function countedFactors(proofs: readonly Proof[]): SecondFactor[] {
  return secondFactors.filter(
    (factor) =>
      (proofs.includes(factor) || proofs.includes(`${factor}_enrolled`)) &&
      !(factor === 'email' && proofs.includes('mail')),
  );
}

export function hasRecoveryProof(proofs: readonly Proof[]): boolean {
  return proofs.includes('backup_code') || proofs.includes('pass') || proofs.includes('break_glass');
}

/** A second factor was proven, of any strength, or something that stands in for one. */
export function hasSecondProof(proofs: readonly Proof[]): boolean {
  return (
    countedFactors(proofs).length > 0 ||
    hasRecoveryProof(proofs) ||
    proofs.some((p) => p === 'passkey' || p === 'session_phr' || p === 'session_mfa' || p === 'session_recovery')
  );
}

/**
 * The assurance that proofs add up to; undefined without a first proof. What stands in for a factor is `recovery`; once
 * a factor was enrolled or used as well, the person holds a working second factor again: `mfa`. A passkey or security
 * key resists phishing in either role, so long as it was there before: one just added proves only who could add it.
 * A trusted device, a waiting time and another channel never raise it.
 */
export function acrOf(proofs: readonly Proof[]): Acr | undefined {
  if (!hasFirstProof(proofs)) return undefined;
  if (proofs.some((p) => p === 'passkey' || p === 'webauthn' || p === 'session_phr')) return ACR_PHR;
  if (countedFactors(proofs).length > 0 || proofs.includes('session_mfa')) return ACR_MFA;
  return hasSecondProof(proofs) ? ACR_RECOVERY : ACR_1FA;
}

const amrOfProof: Partial<Record<Proof, readonly string[]>> = {
  password: ['pwd'],
  passkey: ['pop', 'user'],
  mail: ['otp'],
  break_glass: ['otp'],
  totp: ['otp'],
  totp_enrolled: ['otp'],
  webauthn: ['pop'],
  webauthn_enrolled: ['pop'],
  sms: ['sms', 'otp'],
  sms_enrolled: ['sms', 'otp'],
  email: ['otp'],
  email_enrolled: ['otp'],
  backup_code: [AMR_BACKUP_CODE],
};

/** Values for the `amr` claim, RFC 8176 and our private one, each once. */
export function amrOf(proofs: readonly Proof[], sessionAmr: readonly string[] = []): string[] {
  const amr = new Set<string>(proofs.some(isSessionProof) ? sessionAmr : []);
  for (const proof of proofs) for (const value of amrOfProof[proof] ?? []) amr.add(value);
  if (hasSecondProof(proofs)) amr.add('mfa');
  return [...amr];
}

/** Whether what was reached is enough for what a client wants: phr is above mfa, that above recovery, that above 1fa. */
export function acrSatisfies(have: string | undefined, wanted: string): boolean {
  const rank = (acr: string | undefined) => (acrs as readonly (string | undefined)[]).indexOf(acr);
  return rank(have) >= 0 && rank(wanted) >= 0 && rank(have) >= rank(wanted);
}

/** Any of the wanted classes is enough (OIDC Core §3.1.2.1 acr_values); nothing wanted is always satisfied. */
export function anyAcrSatisfied(have: string | undefined, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((w) => acrSatisfies(have, w));
}

/** What has to be reached for a client that wants any of `wanted` while the policy demands at least `least`. */
export function demandedAcrs(wanted: readonly string[], least: string | undefined): readonly string[] {
  if (least === undefined) return wanted;
  const enough = wanted.filter((acr) => acrSatisfies(acr, least));
  return enough.length > 0 ? enough : [least];
}
