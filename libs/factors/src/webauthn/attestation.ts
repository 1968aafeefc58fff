import { X509Certificate } from 'node:crypto';
import { decodeAttestationObject, isoCBOR } from '@simplewebauthn/server/helpers';
import type { WebAuthnPolicy } from '@sparekey/policy';

/** Formats whose certificates name a maker. Others are bound to one vendor's cloud, or vouch for nothing. */
const formats = new Set<string>(['packed', 'fido-u2f', 'tpm']);

/** Longest chain of certificates that is followed. */
const MAX_CHAIN = 6;

/**
 * The attestation object as it is to be verified under a policy; undefined when the policy refuses it. Without a wish
 * for attestation a statement that came all the same is taken off unread: nobody asked, so nothing it says may cost
 * anything or refuse anybody. With one, its certificates must lead to a trust anchor before they are looked at further.
 */
export function admissibleAttestation(policy: WebAuthnPolicy, object: Buffer, now: Date): Buffer | undefined {
  const decoded = decodeAttestationObject(new Uint8Array(object));
  if (policy.attestation === 'none') return withoutStatement(decoded.get('authData'));
  const chain = decoded.get('attStmt').get('x5c') ?? [];
  const trusted = formats.has(decoded.get('fmt')) && leadsToAnchor(chain, policy.trustAnchors, now);
  return trusted ? object : undefined;
}

/** Of a model that a policy allows; the model is proven only together with `admissibleAttestation`. */
export function allowedModel(policy: WebAuthnPolicy, aaguid: string): boolean {
  return policy.allowedAaguids.length === 0 || policy.allowedAaguids.includes(aaguid.toLowerCase());
}

function withoutStatement(authData: Uint8Array<ArrayBuffer>): Buffer {
  const none = new Map<string, string | Uint8Array | Map<string, string>>([
    ['fmt', 'none'],
    ['attStmt', new Map<string, string>()],
    ['authData', authData],
  ]);
  return Buffer.from(isoCBOR.encode(none));
}

/** Each certificate is valid now and issued by the next, the last by an anchor; or it is one itself (FIDO MDS §3.1.1). */
function leadsToAnchor(x5c: readonly Uint8Array[], anchors: readonly string[], now: Date): boolean {
  if (x5c.length === 0 || x5c.length > MAX_CHAIN) return false;
  const path = x5c.map((each) => new X509Certificate(each));
  if (!path.every((each) => each.validFromDate <= now && now <= each.validToDate)) return false;
  if (!path.every((each, at) => at === 0 || isIssuedBy(path[at - 1], each))) return false;
  const last = path.at(-1);
  return anchors.some((pem) => {
    const anchor = new X509Certificate(pem);
    return last !== undefined && (anchor.raw.equals(last.raw) || isIssuedBy(last, anchor));
  });
}

function isIssuedBy(certificate: X509Certificate | undefined, issuer: X509Certificate): boolean {
  return (
    certificate !== undefined && issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  );
}
