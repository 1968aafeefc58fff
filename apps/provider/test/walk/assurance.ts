/** Classes of assurance, weakest first. A recovery is no full sign-in; it is above nothing but one factor. */
const classes = ['urn:sparekey:acr:1fa', 'urn:sparekey:acr:recovery', 'urn:sparekey:acr:mfa', 'phr'] as const;

export type Strength = (typeof classes)[number];

export const rankOf = (acr: string | null | undefined): number => classes.indexOf((acr ?? classes[0]) as Strength);

export const [ONE, RECOVERY, TWO, RESISTANT] = classes;

export const isFirst = (proof: string): boolean => ['password', 'passkey', 'mail'].includes(proof);

export const isRecovery = (proof: string): boolean => proof === 'backup_code' || proof === 'pass';

/** A second factor, of whichever kind; a mail says nothing new about someone who came in by mail. */
export function isFactor(proof: string, proofs: readonly string[]): boolean {
  if (proof === 'email') return !proofs.includes('mail');
  return ['totp', 'webauthn', 'sms'].includes(proof) || proof.endsWith('_enrolled');
}

/** What proofs amount to, written from the glossary and the table of classes, not from the code under test. */
export function strengthOf(proofs: readonly string[]): Strength {
  if (proofs.some((proof) => ['passkey', 'webauthn', 'session_phr'].includes(proof))) return RESISTANT;
  if (proofs.some((proof) => proof === 'session_mfa' || isFactor(proof, proofs))) return TWO;
  if (proofs.some((proof) => isRecovery(proof) || proof === 'session_recovery')) return RECOVERY;
  return ONE;
}

const methods: Record<string, readonly string[]> = {
  password: ['pwd'],
  passkey: ['pop', 'user'],
  mail: ['otp'],
  totp: ['otp'],
  webauthn: ['pop'],
  sms: ['sms', 'otp'],
  email: ['otp'],
  backup_code: ['urn:sparekey:amr:backup_code'],
};

/** Values that `amr` may hold for these proofs (RFC 8176). */
export function methodsOf(proofs: readonly string[]): Set<string> {
  const all = new Set(proofs.flatMap((proof) => methods[proof.replace('_enrolled', '')] ?? []));
  if (strengthOf(proofs) !== ONE) all.add('mfa');
  return all;
}
