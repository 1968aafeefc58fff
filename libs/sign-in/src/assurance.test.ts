import { ACR_1FA, ACR_MFA, ACR_PHR, ACR_RECOVERY, acrOf, acrSatisfies, acrs, amrOf, demandedAcrs } from './index.ts';

test('a code by mail is no second factor for someone who came in by mail', () => {
  expect(acrOf(['mail', 'email'])).toBe(ACR_1FA);
  expect(acrOf(['password', 'email'])).toBe(ACR_MFA);
});

test('a security key after the password resists phishing; one that was only just added does not count as such', () => {
  expect(acrOf(['password', 'webauthn'])).toBe(ACR_PHR);
  expect(acrOf(['password', 'webauthn_enrolled'])).toBe(ACR_MFA);
  expect(acrOf(['password', 'backup_code', 'webauthn_enrolled'])).toBe(ACR_MFA);
  expect(acrOf(['password', 'backup_code', 'other_channel'])).toBe(ACR_RECOVERY);
});

test('phr satisfies mfa satisfies recovery satisfies 1fa, and never the other way around', () => {
  const order = [ACR_1FA, ACR_RECOVERY, ACR_MFA, ACR_PHR];
  for (const [have, own] of order.entries()) {
    for (const [wanted, other] of order.entries()) expect(acrSatisfies(own, other)).toBe(have >= wanted);
    expect(acrSatisfies(undefined, own)).toBe(false);
    expect(acrSatisfies(own, 'urn:somebody:else')).toBe(false);
  }
  expect(acrSatisfies('urn:somebody:else', 'urn:somebody:else')).toBe(false);
});

test('what a policy demands for a client is never less than asked, and what the client asks beyond it stays', () => {
  expect(demandedAcrs([ACR_1FA], undefined)).toEqual([ACR_1FA]);
  expect(demandedAcrs([], ACR_MFA)).toEqual([ACR_MFA]);
  expect(demandedAcrs([ACR_1FA, ACR_PHR], ACR_MFA)).toEqual([ACR_PHR]);
  expect(demandedAcrs([ACR_1FA, ACR_RECOVERY], ACR_MFA)).toEqual([ACR_MFA]);
  for (const least of [ACR_1FA, ACR_MFA, ACR_PHR]) {
    for (let subset = 0; subset < 2 ** acrs.length; subset += 1) {
      const wanted = acrs.filter((_, index) => (subset >> index) & 1);
      const demanded = demandedAcrs(wanted, least);
      expect(demanded.length).toBeGreaterThan(0);
      expect(demanded.filter((acr) => !acrSatisfies(acr, least))).toEqual([]);
    }
  }
});

test('amr tells of a backup code by our private value, and holds RFC 8176 values otherwise', () => {
  expect(amrOf(['password', 'backup_code'])).toEqual(['pwd', 'urn:sparekey:amr:backup_code', 'mfa']);
  expect(amrOf(['session_1fa', 'totp'], ['pwd'])).toEqual(['pwd', 'otp', 'mfa']);
});
