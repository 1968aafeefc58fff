import type { Queryable } from './database/queryable.ts';
import type { Keyring } from './keyring/keyring.ts';
import { sessionDirectory } from './oidc/session-directory.ts';
import { auditTrail } from './repositories/audit.ts';
import { backupCodeStore } from './repositories/backup-codes.ts';
import { clientRepository } from './repositories/clients.ts';
import { consentRepository } from './repositories/consents.ts';
import { groupRepository } from './repositories/groups.ts';
import { organizationRepository } from './repositories/organizations.ts';
import { outbox } from './repositories/outbox.ts';
import { passwordStore } from './repositories/passwords.ts';
import { policyRepository } from './repositories/policies.ts';
import { realmRepository } from './repositories/realms.ts';
import { roleRepository } from './repositories/roles.ts';
import { signInStore } from './repositories/sign-ins.ts';
import { signingKeyRepository } from './repositories/signing-keys.ts';
import { totpStore } from './repositories/totp.ts';
import { userRepository } from './repositories/users.ts';
import type { Stores } from './storage.ts';

/** Every repository on one pool or one transaction. */
export function storesOn(db: Queryable, keyring: Keyring): Stores {
  return {
    realms: realmRepository(db),
    clients: clientRepository(db, keyring),
    users: userRepository(db),
    roles: roleRepository(db),
    groups: groupRepository(db),
    organizations: organizationRepository(db),
    policies: policyRepository(db),
    signingKeys: signingKeyRepository(db, keyring),
    consents: consentRepository(db),
    outbox: outbox(db),
    audit: auditTrail(db),
    passwords: passwordStore(db),
    totp: totpStore(db, keyring),
    backupCodes: backupCodeStore(db),
    signIns: signInStore(db),
    sessions: sessionDirectory(db),
  };
}
