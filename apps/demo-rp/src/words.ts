const acrs: Record<string, string> = {
  'urn:sparekey:acr:1fa': 'one proof: a password',
  'urn:sparekey:acr:mfa': 'two proofs: a password and a second factor',
  'urn:sparekey:acr:recovery': 'recovery: a password and a backup code, because the usual device is gone',
};

const amrs: Record<string, string> = {
  pwd: 'password',
  otp: 'one-time code',
  mfa: 'more than one factor',
  'urn:sparekey:amr:backup_code': 'backup code',
};

/** How strong a sign-in was, in plain words. */
export function acrInWords(acr: string | undefined): string {
  if (acr === undefined) return 'The provider did not say how you signed in.';
  return acrs[acr] ?? acr;
}

/** What was proven, in plain words. */
export function amrInWords(amr: readonly string[] | undefined): string {
  return (amr ?? []).map((each) => amrs[each] ?? each).join(', ') || 'not told';
}
