import type { CredentialFile } from '@sparekey/contracts';
import { keycloakFromPhc, type PasswordCredential, phcFromKeycloak, UnsupportedHashError } from '@sparekey/factors';
import type { Findings } from './findings.ts';
import { jsonObject } from './json-object.ts';
import { totpFromFile } from './otp-credential.ts';
import { below } from './path.ts';
import type { PlannedPassword, PlannedTotp } from './plan.ts';

/** What a person proves themselves with, and what Keycloak would ask of them at the next sign-in because of it. */
export interface PlannedCredentials {
  password?: PlannedPassword;
  totp: PlannedTotp[];
  actions: string[];
}

function passwordFromFile(credential: CredentialFile, path: string, findings: Findings): PlannedPassword | undefined {
  const createdAt = credential.createdDate === undefined ? undefined : new Date(credential.createdDate);
  if (credential.value !== undefined) return { plain: credential.value, createdAt };
  const readable =
    jsonObject(credential.secretData, below(path, 'secretData'), findings) !== undefined &&
    jsonObject(credential.credentialData, below(path, 'credentialData'), findings) !== undefined;
  if (!readable) return undefined;
  const { secretData = '', credentialData = '' } = credential;
  try {
    return { phc: phcFromKeycloak({ secretData, credentialData }), createdAt };
  } catch (error) {
    if (!(error instanceof UnsupportedHashError)) throw error;
    findings.unsupported.push({
      path,
      why: `${error.message}; this person cannot sign in until a password is set`,
    });
    return undefined;
  }
}

const whyNot = new Map([
  ['recovery-authn-codes', 'not taken over: a new set of backup codes is given out at the next sign-in'],
  ['webauthn', 'security keys are bound to the address of the old server, and are not taken over'],
  ['webauthn-passwordless', 'passkeys are bound to the address of the old server, and are not taken over'],
]);

export function credentialsFromFile(
  credentials: readonly CredentialFile[],
  userPath: string,
  findings: Findings,
): PlannedCredentials {
  const planned: PlannedCredentials = { totp: [], actions: [] };
  for (const [index, credential] of credentials.entries()) {
    const path = below(userPath, 'credentials', index);
    if (credential.type === 'otp') {
      const totp = totpFromFile(credential, path, findings);
      if (totp !== undefined) planned.totp.push(totp);
    } else if (credential.type === 'password' && planned.password !== undefined) {
      findings.unsupported.push({ path, why: 'a person has one password; the first one counts' });
    } else if (credential.type === 'password') {
      planned.password = passwordFromFile(credential, path, findings);
      if (credential.temporary) planned.actions.push('UPDATE_PASSWORD');
    } else {
      findings.unsupported.push({
        path,
        why: whyNot.get(credential.type) ?? `credentials of type ${credential.type} are not supported`,
      });
    }
  }
  return planned;
}

/** As Keycloak writes it. */
export function passwordToFile(password: PasswordCredential): CredentialFile {
  return {
    id: password.id,
    type: 'password',
    createdDate: password.createdAt.getTime(),
    ...keycloakFromPhc(password.phc),
  };
}
