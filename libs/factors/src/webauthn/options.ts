import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { UserId } from '@sparekey/contracts';
import type { WebAuthnPolicy } from '@sparekey/policy';
import type { WebAuthnAuthenticator } from './ports.ts';
import { algorithms, type WebAuthnSite } from './verify.ts';

/** WebAuthn L3 §15.1: five minutes at least, so that nobody has to hurry. */
const TIMEOUT_MS = 300_000;

/** What authenticators show beside the key. */
export interface WebAuthnNames {
  /** Display name of the realm. */
  realm: string;
  /** Name the person signs in with. */
  account: string;
}

/** The user handle: the bytes of the person's id, which tell nothing about them (WebAuthn L3 §14.6.1). */
export function handleOf(userId: UserId): Buffer {
  return Buffer.from(userId.replaceAll('-', ''), 'hex');
}

type Held = Pick<WebAuthnAuthenticator, 'credentialId' | 'transports'>;

export function creationOptions(
  site: WebAuthnSite,
  challenge: Buffer,
  held: readonly Held[],
  { userId, names, policy }: { userId: UserId; names: WebAuthnNames; policy: WebAuthnPolicy },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: names.realm,
    rpID: site.rpId,
    userID: new Uint8Array(handleOf(userId)),
    userName: names.account,
    userDisplayName: names.account,
    challenge: new Uint8Array(challenge),
    timeout: TIMEOUT_MS,
    attestationType: policy.attestation,
    excludeCredentials: held.map(descriptor),
    // Discoverable where the key has room: then it also opens a sign-in without a name.
    authenticatorSelection: {
      residentKey: 'preferred',
      userVerification: policy.userVerification === 'required' ? 'required' : 'preferred',
    },
    supportedAlgorithmIDs: algorithms,
  });
}

/** With nobody's credentials the browser offers every passkey it has for this site. */
export function requestOptions(
  site: WebAuthnSite,
  challenge: Buffer,
  held: readonly Held[],
  userVerification: WebAuthnPolicy['userVerification'],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: site.rpId,
    challenge: new Uint8Array(challenge),
    timeout: TIMEOUT_MS,
    allowCredentials: held.map(descriptor),
    userVerification,
  });
}

/** Transports are stored as the browser told them, and told back to it. */
function descriptor({ credentialId, transports }: Held) {
  return { id: credentialId.toString('base64url'), transports: transports as never[] };
}
