import { directoryEvents } from './directory-events.ts';

/**
 * Every audit event type with what it means and the keys its `detail` may hold. docs/reference/audit-events.md is
 * generated from here. Verbs of a code's life are the same word here, in functions and in routes.
 */
export const auditCatalogue = {
  ...directoryEvents,
  'sign_in.started': { severity: 'info', summary: 'A sign-in began', detail: [] },
  'sign_in.completed': { severity: 'info', summary: 'A person was signed in', detail: ['acr', 'amr'] },
  'sign_in.denied': { severity: 'info', summary: 'A sign-in was given up or refused', detail: [] },
  'password.attempted': { severity: 'info', summary: 'A password was tried', detail: ['failures'] },
  'password.changed': { severity: 'notice', summary: 'A password was set or changed', detail: [] },
  'password_reset.requested': {
    severity: 'notice',
    summary: 'A link to a new password was asked for; denied when none was sent',
    detail: [],
  },
  'email.verified': { severity: 'notice', summary: 'A person proved to read the mail of an address', detail: [] },
  'attempts.unlocked': { severity: 'notice', summary: 'An operator let a person try again', detail: [] },
  'password.upgraded': {
    severity: 'info',
    summary: 'A password hash was renewed with current parameters',
    detail: ['from', 'to'],
  },
  'totp.attempted': {
    severity: 'info',
    summary: 'A code of an authenticator app was tried',
    detail: ['failures', 'driftSteps'],
  },
  'totp.enrolled': { severity: 'notice', summary: 'An authenticator app was added', detail: ['label'] },
  'totp.removed': { severity: 'notice', summary: 'An authenticator app was removed', detail: ['label'] },
  'totp.renamed': { severity: 'info', summary: 'An authenticator app got another name', detail: ['from', 'to'] },
  'webauthn.attempted': {
    severity: 'info',
    summary: 'A passkey or security key was tried',
    detail: ['failures', 'role'],
  },
  'webauthn.enrolled': {
    severity: 'notice',
    summary: 'A passkey or security key was added',
    detail: ['label', 'aaguid', 'attestation', 'backedUp'],
  },
  'webauthn.renamed': {
    severity: 'info',
    summary: 'A passkey or security key got another name',
    detail: ['from', 'to'],
  },
  'webauthn.removed': { severity: 'notice', summary: 'A passkey or security key was removed', detail: ['label'] },
  'webauthn.counter_regressed': {
    severity: 'warning',
    summary: 'The counter of a security key went back: there may be a copy of it',
    detail: ['stored', 'received', 'accepted'],
  },
  'backup_code.attempted': { severity: 'notice', summary: 'A backup code was tried', detail: ['failures'] },
  'backup_code.consumed': { severity: 'notice', summary: 'A backup code was used', detail: ['index', 'left'] },
  'backup_codes.generated': {
    severity: 'notice',
    summary: 'A pending set of backup codes was made',
    detail: ['count'],
  },
  'backup_codes.confirmed': {
    severity: 'notice',
    summary: 'A set of backup codes became the active one',
    detail: ['count', 'expiresAt'],
  },
  'backup_codes.regenerated': {
    severity: 'notice',
    summary: 'An active set was replaced by a confirmed new one',
    detail: ['left'],
  },
  'backup_codes.revoked': { severity: 'notice', summary: 'A set was ended', detail: ['left'] },
  'backup_codes.expiring': {
    severity: 'info',
    summary: 'A person was told that their set expires soon',
    detail: ['days', 'left'],
  },
  'backup_codes.expired': { severity: 'notice', summary: 'A set reached its end of life', detail: ['left'] },
  'attempts.locked': {
    severity: 'warning',
    summary: 'Too many failures: a wait began',
    detail: ['factor', 'failures', 'waitSeconds', 'scope'],
  },
  'recovery.deferred': {
    severity: 'notice',
    summary: 'After a backup code the lost factor was left for later',
    detail: [],
  },
  'recovery.frozen': {
    severity: 'warning',
    summary: 'A person said "this wasn\'t me": recovery is frozen, sessions ended, a new password asked for',
    detail: ['until'],
  },
  'email.attempted': { severity: 'info', summary: 'A code sent by mail was tried', detail: ['failures'] },
  'sms.attempted': { severity: 'info', summary: 'A code sent by SMS was tried', detail: ['failures'] },
  'email.sent': { severity: 'info', summary: 'A sign-in code was sent by mail', detail: [] },
  'sms.removed': {
    severity: 'notice',
    summary: 'A number was reported lost: no code is sent to it',
    detail: ['label'],
  },
  'sms.sent': { severity: 'info', summary: 'A sign-in code was sent by SMS', detail: [] },
  'message.given_up': {
    severity: 'warning',
    summary: 'A mail, text message or webhook could not be delivered',
    detail: ['kind', 'letter', 'attempts'],
  },
  'webhook_secret.rotated': {
    severity: 'warning',
    summary: 'The secret that signs webhooks to a receiver was replaced; the one before signs too for a while',
    detail: ['receiver', 'id', 'beforeEndsAt'],
  },
  'sign_in.assessed': { severity: 'info', summary: 'Risk was judged', detail: ['level', 'score', 'reasons', 'spared'] },
  'recovery.assessed': {
    severity: 'notice',
    summary: 'A recovery was judged when its code or pass was used',
    detail: ['case', 'level', 'score', 'reasons', 'demands', 'until'],
  },
  'recovery.resumed': {
    severity: 'notice',
    summary: 'A recovery that waited was taken up by a later sign-in',
    detail: ['case', 'state'],
  },
  'recovery.waited': { severity: 'notice', summary: 'The wait of a risky recovery was over', detail: [] },
  'recovery.approved': {
    severity: 'notice',
    summary: 'An operator approved a recovery that waits',
    detail: ['case', 'why', 'approvals', 'needed'],
  },
  'recovery.vetoed': {
    severity: 'warning',
    summary: 'A recovery was stopped, by its person or an operator',
    detail: ['case', 'why'],
  },
  'recovery.device_lost': {
    severity: 'notice',
    summary: 'A person said which authenticators are lost',
    detail: ['authenticators'],
  },
  'recovery.repaired': {
    severity: 'notice',
    summary: 'After a recovery a new factor was set up in place of the lost ones',
    detail: ['factor', 'replaced'],
  },
  'recovery_pass.issued': {
    severity: 'warning',
    summary: 'An operator issued a pass to somebody who lost every way back in',
    detail: ['pass', 'why', 'minutes', 'needsApproval', 'usableAt'],
  },
  'recovery_pass.approved': {
    severity: 'warning',
    summary: 'Another operator approved a pass for a privileged person',
    detail: ['pass', 'why'],
  },
  'recovery_pass.revoked': {
    severity: 'warning',
    summary: 'A pass was ended unused, by an operator or its person',
    detail: ['pass', 'why'],
  },
  'recovery_pass.consumed': { severity: 'warning', summary: 'A pass was used', detail: [] },
  'break_glass.generated': {
    severity: 'warning',
    summary: 'An operator made sealed codes for the day on which no administrator can get in',
    detail: ['count'],
  },
  'break_glass.revoked': { severity: 'warning', summary: 'The sealed codes of a realm were ended', detail: ['left'] },
  'break_glass.attempted': {
    severity: 'critical',
    summary: 'A sealed code was tried on the host and refused',
    detail: ['failures'],
  },
  'break_glass.opened': {
    severity: 'critical',
    summary: 'A sealed code was spent on a way in for one administrator',
    detail: ['opening', 'realm', 'user', 'why', 'minutes', 'left', 'madeAccount', 'wasDisabled'],
  },
  'break_glass.used': {
    severity: 'critical',
    summary: 'An administrator began to sign in with the pass that a sealed code opened',
    detail: [],
  },
  'break_glass.closed': {
    severity: 'warning',
    summary: 'An operator closed what a sealed code had opened',
    detail: ['opening', 'used', 'disabled'],
  },
  'device.trusted': {
    severity: 'notice',
    summary: 'A person asked to be spared the second factor in a browser',
    detail: ['days'],
  },
  'device.revoked': { severity: 'notice', summary: 'A trusted browser was forgotten', detail: [] },
  'session.ended': { severity: 'info', summary: 'A session was ended', detail: ['by'] },
  'session.ended_all': { severity: 'notice', summary: 'All sessions of a person were ended', detail: ['by', 'count'] },
  'backchannel_logout.delivered': {
    severity: 'info',
    summary: 'An application was told that a session ended',
    detail: ['attempts'],
  },
  'backchannel_logout.given_up': {
    severity: 'warning',
    summary: 'An application could not be told that a session ended',
    detail: ['attempts'],
  },
  'consent.granted': { severity: 'info', summary: 'A person allowed an application', detail: ['scope'] },
  'consent.withdrawn': {
    severity: 'notice',
    summary: 'A person let an application go: consent, grants and tokens ended',
    detail: ['consent', 'grants'],
  },
  'consent.denied': { severity: 'info', summary: 'A person refused an application', detail: [] },
  'refresh_token.reused': {
    severity: 'warning',
    summary: 'A spent refresh token came back; its family was revoked',
    detail: [],
  },
  'authorization_code.reused': {
    severity: 'warning',
    summary: 'A spent authorization code came back; its grant was revoked',
    detail: [],
  },
  'account.deleted': {
    severity: 'warning',
    summary: 'A person deleted their account; only its id is kept',
    detail: [],
  },
  'profile.updated': { severity: 'info', summary: 'A person changed their profile', detail: ['fields'] },
  'realm.imported': { severity: 'notice', summary: 'A realm file was imported', detail: ['users', 'clients'] },
  'policy.changed': {
    severity: 'notice',
    summary: 'The policy of a realm, or of an organization of it, was changed',
    detail: ['version', 'settings'],
  },
  'keys.rotated': { severity: 'notice', summary: 'A signing key changed its state', detail: ['kid', 'alg', 'state'] },
} as const satisfies Record<
  string,
  { severity: 'info' | 'notice' | 'warning' | 'critical'; summary: string; detail: readonly string[] }
>;

export type AuditEventType = keyof typeof auditCatalogue;
