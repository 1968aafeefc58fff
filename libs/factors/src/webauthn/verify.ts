import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { WebAuthnPolicy } from '@sparekey/policy';
import { type AssertionAnswer, type RegistrationAnswer, readObject } from './answer.ts';
import { admissibleAttestation, allowedModel } from './attestation.ts';
import type { WebAuthnAuthenticator } from './ports.ts';

/**
 * EdDSA, ES256, RS256, in this order of preference, in options and in verification alike: the library would also offer
 * ML-DSA, which authenticators then choose, with keys of more than a kilobyte.
 */
export const algorithms = [-8, -7, -257];

/** Who we are to authenticators. Origins are compared whole, so nothing but this very one can answer. */
export interface WebAuthnSite {
  /** RP ID: the host of `origin`. */
  rpId: string;
  origin: string;
}

/** What an answer has to match. */
interface Expected {
  site: WebAuthnSite;
  challenge: Buffer;
  requireUserVerification: boolean;
}

export type Registration = Pick<
  WebAuthnAuthenticator,
  'credentialId' | 'publicKey' | 'counter' | 'transports' | 'aaguid' | 'backupEligible' | 'backedUp' | 'userVerified'
>;

/** WebAuthn L3 §7.1, but for the challenge's being spent and the credential id's being new, which storage guards. */
export async function verifyRegistration(
  answer: RegistrationAnswer,
  { site, challenge, requireUserVerification }: Expected,
  policy: WebAuthnPolicy,
  now: Date,
): Promise<Registration | 'wrong' | 'refused'> {
  const { clientDataJSON, attestationObject } = answer.json.response;
  if (isFramed(clientDataJSON)) return 'wrong';
  try {
    const admissible = admissibleAttestation(policy, Buffer.from(attestationObject, 'base64url'), now);
    if (admissible === undefined) return 'refused';
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: {
        ...answer.json,
        response: { clientDataJSON, attestationObject: admissible.toString('base64url') },
      },
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification,
      supportedAlgorithmIDs: algorithms,
    });
    // The library takes the id from the signed data and never compares it with the one that the browser names.
    if (!verified || info.credential.id !== answer.json.id) return 'wrong';
    if (!allowedModel(policy, info.aaguid)) return 'refused';
    return {
      credentialId: answer.credentialId,
      publicKey: Buffer.from(info.credential.publicKey),
      counter: info.credential.counter,
      transports: answer.transports,
      aaguid: info.aaguid,
      backupEligible: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
      userVerified: info.userVerified,
    };
  } catch {
    // It throws for whatever does not match: to us all of that is one outcome.
    return 'wrong';
  }
}

export interface Assertion {
  counter: number;
  backedUp: boolean;
  userVerified: boolean;
}

/**
 * WebAuthn L3 §7.2, but for the challenge's being spent and the counter, which storage compares in the statement that
 * moves it. Undefined for whatever does not match.
 */
export async function verifyAssertion(
  answer: AssertionAnswer,
  { site, challenge, requireUserVerification }: Expected,
  { credentialId, publicKey, backupEligible }: WebAuthnAuthenticator,
): Promise<Assertion | undefined> {
  if (isFramed(answer.json.response.clientDataJSON)) return undefined;
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: answer.json,
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification,
      // A counter of 0 keeps the library from comparing: its comparison could neither be guarded nor reported.
      credential: { id: credentialId.toString('base64url'), publicKey: new Uint8Array(publicKey), counter: 0 },
    });
    // What can be backed up is decided when a credential is made, and never changes (§6.1.3).
    if (!verified || (info.credentialDeviceType === 'multiDevice') !== backupEligible) return undefined;
    return { counter: info.newCounter, backedUp: info.credentialBackedUp, userVerified: info.userVerified };
  } catch {
    return undefined;
  }
}

/** Our pages are never framed: an answer from within another site's page is a stolen one (§13.4.2). */
function isFramed(clientDataJSON: string): boolean {
  const clientData = readObject(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  return clientData?.crossOrigin === true || clientData?.topOrigin !== undefined;
}
