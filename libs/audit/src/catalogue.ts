/**
 * Every audit event type with what it means and the keys its `detail` may hold. docs/reference/audit-events.md is
 * generated from here. Verbs of a code's life are the same word here, in functions and in routes.
 */
export const auditCatalogue = {
  'sign_in.started': { severity: 'info', summary: 'A sign-in began', detail: [] },
  'sign_in.completed': { severity: 'info', summary: 'A person was signed in', detail: ['acr', 'amr'] },
  'sign_in.denied': { severity: 'info', summary: 'A sign-in was given up or refused', detail: [] },
  'password.attempted': { severity: 'info', summary: 'A password was tried', detail: ['failures'] },
  'password.changed': { severity: 'notice', summary: 'A password was set or changed', detail: [] },
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
  { severity: 'info' | 'notice' | 'warning'; summary: string; detail: readonly string[] }
>;

export type AuditEventType = keyof typeof auditCatalogue;
