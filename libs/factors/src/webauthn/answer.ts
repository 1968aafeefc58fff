import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

/** Longest answer that is read, in characters: a certificate chain is the largest thing in one. */
const MAX_LENGTH = 14_000;

/** WebAuthn L3 §4: a credential id has at most 1023 bytes, a user handle at most 64. */
const MAX_CREDENTIAL_ID_BYTES = 1023;
const MAX_USER_HANDLE_BYTES = 64;

/** What a browser answers to a challenge, read strictly; nothing of it is believed yet. */
export interface AssertionAnswer {
  credentialId: Buffer;
  userHandle: Buffer | undefined;
  json: AuthenticationResponseJSON;
}

export interface RegistrationAnswer {
  credentialId: Buffer;
  transports: string[];
  json: RegistrationResponseJSON;
}

/** The answer of navigator.credentials.get as JSON (WebAuthn L3 §5.1.10); undefined for anything else. */
export function readAssertion(input: string): AssertionAnswer | undefined {
  const credential = readCredential(input);
  if (credential === undefined) return undefined;
  const { id, credentialId, response } = credential;
  const clientDataJSON = base64url(response.clientDataJSON);
  const authenticatorData = base64url(response.authenticatorData);
  const signature = base64url(response.signature);
  const userHandle = response.userHandle == null ? undefined : base64url(response.userHandle);
  if (clientDataJSON === undefined || authenticatorData === undefined || signature === undefined) return undefined;
  if (response.userHandle != null && (userHandle === undefined || bytes(userHandle).length > MAX_USER_HANDLE_BYTES))
    return undefined;
  return {
    credentialId,
    userHandle: userHandle === undefined ? undefined : bytes(userHandle),
    json: {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, authenticatorData, signature },
    },
  };
}

/** The answer of navigator.credentials.create as JSON; undefined for anything else. */
export function readRegistration(input: string): RegistrationAnswer | undefined {
  const credential = readCredential(input);
  if (credential === undefined) return undefined;
  const { id, credentialId, response } = credential;
  const clientDataJSON = base64url(response.clientDataJSON);
  const attestationObject = base64url(response.attestationObject);
  if (clientDataJSON === undefined || attestationObject === undefined) return undefined;
  return {
    credentialId,
    transports: readTransports(response.transports),
    json: {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject },
    },
  };
}

/** Undefined for input that is no JSON object, or of another credential type than `public-key`. */
function readCredential(input: string) {
  if (input.length > MAX_LENGTH) return undefined;
  const answer = readObject(input);
  const id = base64url(answer?.id);
  if (answer === undefined || id === undefined || answer.rawId !== id || answer.type !== 'public-key') return undefined;
  const credentialId = bytes(id);
  if (credentialId.length > MAX_CREDENTIAL_ID_BYTES || !isObject(answer.response)) return undefined;
  return { id, credentialId, response: answer.response };
}

/** `usb`, `nfc`, `internal`, and what later browsers say: hints for the next time, never trusted. */
function readTransports(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const known = value.filter((each): each is string => typeof each === 'string' && /^[a-z-]{1,20}$/.test(each));
  return [...new Set(known)].slice(0, 10);
}

/** Members of an object in JSON; undefined for what is none. */
export function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function base64url(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+$/.test(value) ? value : undefined;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
