import { generateURI } from 'otplib';
import { base32 } from './base32.ts';
import type { TotpParameters } from './code.ts';

/** What a person needs to set up an authenticator app. */
export interface TotpSetup {
  /** For the QR code: `otpauth://totp/Issuer:account?secret=…&issuer=…` (Google's Key URI format). */
  uri: string;
  /** The secret to type by hand, in groups of four: `JBSW Y3DP …`. */
  textKey: string;
}

/** `issuer` is the display name of the realm, `account` the name a person signs in with; apps show both. */
export interface TotpNames {
  issuer: string;
  account: string;
}

/** Errors: none for any name; what the format cannot carry is replaced. */
export function setupOf(totp: TotpParameters, names: TotpNames): TotpSetup {
  const secret = base32(totp.secret);
  const uri = generateURI({
    issuer: label(names.issuer) || 'Sparekey',
    label: label(names.account) || 'account',
    secret,
    algorithm: totp.algorithm,
    digits: totp.digits,
    period: totp.periodSeconds,
  });
  return { uri, textKey: secret.replace(/(.{4})(?=.)/g, '$1 ') };
}

/**
 * A colon divides issuer from account, and neither may hold one, not even encoded; nor do apps show line breaks.
 * A lone surrogate cannot be encoded at all.
 */
function label(text: string): string {
  return text
    .toWellFormed()
    .replace(/[:\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 128)
    .toWellFormed();
}
