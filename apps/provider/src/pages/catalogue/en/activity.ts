import type { ActivityDetail, ActivityType } from '../../../account/operations/activity.ts';
import { count } from '../plural.ts';

/** What an entry of the activity may say. */
export interface Told {
  app: string | undefined;
  outcome: 'success' | 'failure' | 'denied';
  detail: ActivityDetail;
}

const to = (app: string | undefined) => (app === undefined ? '' : ` to ${app}`);
const named = ({ detail }: Told) => (detail.label ? `: ${detail.label}` : '');

/** One line an entry, in the past, without a full stop. */
const what: Record<ActivityType, (told: Told) => string> = {
  'sign_in.completed': ({ app, detail }) =>
    String(detail.amr ?? '').includes('backup_code') ? `Signed in${to(app)} with a backup code` : `Signed in${to(app)}`,
  'password.changed': () => 'Password changed',
  'password_reset.requested': () => 'Link to a new password asked for',
  'email.verified': () => 'Email address verified',
  'totp.enrolled': (told) => `Authenticator app added${named(told)}`,
  'totp.removed': (told) => `Authenticator app removed${named(told)}`,
  'webauthn.enrolled': (told) => `Passkey added${named(told)}`,
  'totp.renamed': ({ detail }) => `Authenticator app renamed from ${detail.from} to ${detail.to}`,
  'webauthn.renamed': ({ detail }) => `Passkey renamed from ${detail.from} to ${detail.to}`,
  'webauthn.removed': (told) => `Passkey removed${named(told)}`,
  'webauthn.counter_regressed': () => 'There may be a copy of a security key',
  'backup_code.consumed': ({ detail }) => `Backup code used, ${detail.left ?? 0} left`,
  'backup_codes.confirmed': ({ detail }) =>
    `New set of ${count(Number(detail.count ?? 0), 'backup code', 'backup codes')}`,
  'backup_codes.revoked': () => 'Backup codes ended',
  'backup_codes.expired': () => 'Backup codes expired',
  'attempts.locked': () => 'Too many wrong tries: signing in had to wait',
  'attempts.unlocked': () => 'Signing in is possible again',
  'recovery.frozen': () => '“This wasn’t me” was said: recovery frozen, signed out everywhere',
  'recovery.approved': () => 'Recovery approved',
  'recovery.vetoed': () => 'Recovery stopped',
  'recovery.device_lost': () => 'Device reported as lost',
  'recovery.repaired': () => 'New device set up in place of the lost one',
  'recovery_pass.issued': () => 'Pass issued to get back in',
  'recovery_pass.consumed': () => 'Pass used to get back in',
  'device.trusted': () => 'Browser trusted: no second step in it for a while',
  'device.revoked': () => 'Trusted browser forgotten',
  'session.ended': ({ app }) => (app === undefined ? 'Signed out' : `Signed out of ${app}`),
  'session.ended_all': () => 'Signed out everywhere',
  'consent.granted': ({ app }) => `Access allowed: ${app ?? 'an application'}`,
  'consent.withdrawn': ({ app }) => `Access withdrawn: ${app ?? 'an application'}`,
  'refresh_token.reused': ({ app }) => `Stolen or repeated access stopped: ${app ?? 'an application'}`,
  'profile.updated': () => 'Profile changed',
  'password.attempted': () => 'Wrong password',
  'totp.attempted': () => 'Wrong code of an authenticator app',
  'webauthn.attempted': () => 'Passkey not accepted',
  'email.attempted': () => 'Wrong code from a mail',
  'sms.attempted': () => 'Wrong code from a text message',
  'backup_code.attempted': () => 'Wrong backup code',
};

export const activity = {
  title: 'Activity',
  lead: (days: number) => `What happened to your account in the last ${days} days, newest first.`,
  what: (type: ActivityType, told: Told) => what[type](told),
  /** Who did it, where it was not the person. */
  by: {
    administrator: 'by an administrator',
    application: 'by an application',
    system: 'automatically',
    unknown: 'by someone not signed in',
  },
  empty: 'Nothing happened yet.',
  older: 'Older',
  newest: 'Newest',
  notMe: 'Something here wasn’t you?',
  notMeLead: 'Then someone may know your password. In this order:',
  changePassword: 'Change your password',
  signOutOthers: 'Sign out everywhere else',
  newCodes: 'Make new backup codes',
  notMeRest: 'Then look at your devices and applications, and remove what you do not know.',
};

export const applications = {
  title: 'Connected applications',
  lead: 'These applications were let in with your account.',
  none: 'No application is connected.',
  may: 'May',
  since: (date: string) => `Connected ${date}`,
  lastUsed: (when: string) => `last used ${when}`,
  /** It keeps access while the person is signed out. */
  offline: 'also while you are away',
  disconnect: 'Disconnect',
  disconnectNamed: (app: string) => `Disconnect ${app}`,
  /** What the button does. */
  effect: 'A disconnected application loses its access at once. Signing in to it again connects it again.',
  manage: 'Manage',
};

export const codesUsed = {
  title: 'Your backup codes',
  used: 'Used codes',
  none: 'None of these codes was used yet.',
  /** With numbered sets the place in the list that was printed. */
  code: (number: number | undefined) => (number === undefined ? 'A code' : `Code ${number}`),
  notMe: 'Did not use one of these? Make new codes now, then change your password.',
  details: 'Details',
};
