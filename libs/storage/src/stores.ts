import type { Queryable } from './database/queryable.ts';
import type { Keyring } from './keyring/keyring.ts';
import { sessionDirectory } from './oidc/session-directory.ts';
import { accountErasure } from './repositories/account-erasure.ts';
import { accountHistoryReader } from './repositories/account-history.ts';
import { actionLinks } from './repositories/action-links.ts';
import { activityReader } from './repositories/activity.ts';
import { backupCodeStore } from './repositories/backup-codes.ts';
import { breakGlassStore } from './repositories/break-glass.ts';
import { clientRepository } from './repositories/clients.ts';
import { connectedApplications } from './repositories/connected-applications.ts';
import { consentRepository } from './repositories/consents.ts';
import { contactStore } from './repositories/contacts.ts';
import { deviceStore } from './repositories/devices.ts';
import { groupRepository } from './repositories/groups.ts';
import { noticingAudit } from './repositories/noticing-audit.ts';
import { organizationRepository } from './repositories/organizations.ts';
import { outbox } from './repositories/outbox.ts';
import { passwordStore } from './repositories/passwords.ts';
import { policyRepository } from './repositories/policies.ts';
import { realmRepository } from './repositories/realms.ts';
import { recoveryCaseStore } from './repositories/recovery-cases.ts';
import { recoveryFreezes } from './repositories/recovery-freezes.ts';
import { recoveryPassStore } from './repositories/recovery-passes.ts';
import { roleRepository } from './repositories/roles.ts';
import { scimConnectionRepository } from './repositories/scim-connections.ts';
import { scimLinks } from './repositories/scim-links.ts';
import { scimJournal } from './repositories/scim-pace.ts';
import { scimPulls } from './repositories/scim-pull/index.ts';
import { scimRuns } from './repositories/scim-runs.ts';
import { scimTasks } from './repositories/scim-tasks.ts';
import { sendLimits } from './repositories/send-limits.ts';
import { sentCodeStore } from './repositories/sent-codes.ts';
import { signInStore } from './repositories/sign-ins.ts';
import { signingKeyRepository } from './repositories/signing-keys.ts';
import { totpStore } from './repositories/totp.ts';
import { userRepository } from './repositories/users.ts';
import { webauthnStore } from './repositories/webauthn.ts';
import { webhookSecretStore } from './repositories/webhook-secrets.ts';
import { scimMemberStore } from './scim/members.ts';
import { scimResourceStore } from './scim/resources.ts';
import { scimSecurityEvents } from './scim/security-events.ts';
import { scimTokenStore } from './scim/tokens.ts';
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
    outbox: outbox(db, keyring),
    actionLinks: actionLinks(db),
    sendLimits: sendLimits(db),
    recoveryFreezes: recoveryFreezes(db),
    audit: noticingAudit(db, keyring),
    passwords: passwordStore(db),
    totp: totpStore(db, keyring),
    webauthn: webauthnStore(db),
    backupCodes: backupCodeStore(db),
    sentCodes: sentCodeStore(db),
    contacts: contactStore(db),
    signIns: signInStore(db),
    sessions: sessionDirectory(db, keyring),
    recoveryCases: recoveryCaseStore(db),
    recoveryPasses: recoveryPassStore(db),
    breakGlass: breakGlassStore(db),
    devices: deviceStore(db),
    scimConnections: scimConnectionRepository(db, keyring),
    scimResources: scimResourceStore(db),
    scimMembers: scimMemberStore(db),
    scimTokens: scimTokenStore(db),
    scimSecurityEvents: scimSecurityEvents(db),
    scimLinks: scimLinks(db),
    scimPulls: scimPulls(db),
    scimJournal: scimJournal(db),
    scimRuns: scimRuns(db),
    scimTasks: scimTasks(db),
    accountHistory: accountHistoryReader(db),
    activity: activityReader(db),
    erasure: accountErasure(db, keyring),
    applications: connectedApplications(db, keyring),
    webhookSecrets: webhookSecretStore(db, keyring),
  };
}
