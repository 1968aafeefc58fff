import type { CredentialFile } from '@sparekey/contracts';
import { base32, fromBase32, type TotpAlgorithm, type TotpAuthenticator } from '@sparekey/factors';
import type { Findings } from './findings.ts';
import { jsonObject } from './json-object.ts';
import { below } from './path.ts';
import type { PlannedTotp } from './plan.ts';

const algorithms = new Map<unknown, TotpAlgorithm>([
  ['HmacSHA1', 'sha1'],
  ['HmacSHA256', 'sha256'],
  ['HmacSHA512', 'sha512'],
]);
const keycloakNames: Record<TotpAlgorithm, string> = { sha1: 'HmacSHA1', sha256: 'HmacSHA256', sha512: 'HmacSHA512' };

const isDigits = (digits: unknown): digits is 6 | 7 | 8 => digits === 6 || digits === 7 || digits === 8;

/** Keycloak's seed is the text itself, in UTF-8, unless an encoding is named; then only base32 is known. */
function seed(value: unknown, encoding: unknown): Buffer | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (encoding === undefined || encoding === null) return Buffer.from(value, 'utf8');
  return typeof encoding === 'string' && encoding.toUpperCase() === 'BASE32' ? fromBase32(value) : undefined;
}

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** An authenticator app. Undefined, with a finding, when it cannot work here or its data cannot be read. */
export function totpFromFile(credential: CredentialFile, path: string, findings: Findings): PlannedTotp | undefined {
  const data = jsonObject(credential.credentialData, below(path, 'credentialData'), findings);
  const secretData = jsonObject(credential.secretData, below(path, 'secretData'), findings);
  if (data === undefined || secretData === undefined) return undefined;
  const refuse = (why: string): undefined => {
    findings.unsupported.push({ path, why: `${why}; this person has to set up an authenticator app again` });
  };
  const { subType = 'totp', digits = 6, period = 30, algorithm = 'HmacSHA1', secretEncoding } = data;
  const secret = seed(secretData.value, secretEncoding);
  const hash = algorithms.get(algorithm);
  if (secret === undefined) return refuse(`the seed cannot be read${secretEncoding ? ` as ${secretEncoding}` : ''}`);
  if (subType !== 'totp') return refuse(`codes by ${subType} are not supported, only by time`);
  if (hash === undefined) return refuse(`the algorithm ${algorithm} is not known`);
  if (!isDigits(digits)) return refuse(`codes of ${digits} digits are not supported, only of 6, 7 or 8`);
  if (typeof period !== 'number' || !Number.isInteger(period) || period < 1 || period > 3600) {
    return refuse(`a period of ${period} seconds is not supported`);
  }
  const createdAt = credential.createdDate === undefined ? undefined : new Date(credential.createdDate);
  return {
    label: credential.userLabel?.trim() || 'Authenticator app',
    secret,
    algorithm: hash,
    digits,
    periodSeconds: period,
    lastStep: credential.sparekey?.lastStep ?? 0,
    driftSteps: credential.sparekey?.driftSteps ?? 0,
    createdAt,
    confirmedAt: date(credential.sparekey?.confirmedAt) ?? createdAt,
    lastUsedAt: date(credential.sparekey?.lastUsedAt),
  };
}

/** As Keycloak writes it; the seed in base32, because ours may be any bytes. */
export function totpToFile(totp: TotpAuthenticator): CredentialFile {
  return {
    id: totp.id,
    type: 'otp',
    userLabel: totp.label,
    createdDate: totp.createdAt.getTime(),
    secretData: JSON.stringify({ value: base32(totp.secret) }),
    credentialData: JSON.stringify({
      subType: 'totp',
      digits: totp.digits,
      counter: 0,
      period: totp.periodSeconds,
      algorithm: keycloakNames[totp.algorithm],
      secretEncoding: 'BASE32',
    }),
    sparekey: {
      lastStep: totp.lastStep,
      driftSteps: totp.driftSteps,
      confirmedAt: totp.confirmedAt?.toISOString(),
      lastUsedAt: totp.lastUsedAt?.toISOString(),
    },
  };
}
