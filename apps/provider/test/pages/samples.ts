import type { Activity, ActivityType } from '../../src/account/operations/activity.ts';
import * as pages from '../../src/pages/index.ts';

const now = new Date('2026-11-22T13:05:00Z');
const days = (n: number) => new Date(now.getTime() + n * 86_400_000);

const form = { csrf: 'csrf-token', step: 'step-1' };
const purpose = { app: 'Payroll' };
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

const codes = [
  'K7M2-P9X4',
  'H3TW-8R5B',
  'Q2VN-64ZD',
  'C9YF-JA3E',
  'XU7G-M5KS',
  '2DRB-W8HT',
  'P4EZ-9NQV',
  'F6CA-3YJX',
  'T8SK-7GUM',
  'N5HW-R2BD',
];

const laptop = {
  browser: 'Firefox',
  os: 'Windows',
  network: '203.0.113.•••',
  place: { country: 'IT', cityNames: { en: 'Turin', it: 'Torino' } },
};
const phone = { browser: 'Safari', os: 'iOS', network: '2001:db8:85a3:•••' };
const session = (id: string, where: pages.SessionRow['where'], seen: number) => ({
  id,
  current: id === 's1',
  where,
  startedAt: days(seen - 2),
  lastSeenAt: days(seen),
  applications: id === 's1' ? ['Payroll', 'Wiki'] : ['Payroll'],
});

const happened = (id: string, at: Date, type: ActivityType, more: Partial<Activity> = {}): Activity => ({
  id,
  at,
  type,
  outcome: 'success',
  by: 'person',
  where: laptop,
  detail: {},
  ...more,
});
const activity = [
  happened('1', days(0), 'sign_in.completed', { application: 'Payroll', detail: { amr: 'pwd otp' } }),
  happened('2', days(-1), 'password.attempted', {
    outcome: 'failure',
    by: 'unknown',
    where: { network: '198.51.100.•••', place: { country: 'BR' } },
  }),
  happened('3', days(-1), 'webauthn.renamed', { where: phone, detail: { from: 'Key', to: 'A key with a long name' } }),
  happened('4', days(-2), 'recovery_pass.issued', { by: 'administrator', where: {} }),
  happened('5', days(-3), 'backup_code.consumed', { where: phone, detail: { left: 6 } }),
  happened('6', days(-9), 'backup_codes.expired', { by: 'system', where: {} }),
];
const applications: pages.ApplicationRow[] = [
  {
    clientId: 'payroll',
    name: 'Payroll',
    scopes: ['email', 'groups', 'offline_access', 'openid', 'profile'],
    since: days(-200),
    lastUsedAt: days(0),
    offline: true,
  },
  { clientId: 'a-client-without-a-name', scopes: ['openid', 'salary:read'], since: days(-3), offline: false },
];

const person = { username: 'ada.lovelace', firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' };

const account: pages.AccountModel = {
  csrf: 'csrf-token',
  person,
  authenticators: [
    { id: 'a1', kind: 'password', label: '', createdAt: days(-300), lastUsedAt: days(0) },
    { id: 'a3', kind: 'webauthn', label: 'Work laptop', createdAt: days(-40), lastUsedAt: days(0) },
    { id: 'a4', kind: 'webauthn', label: 'Security key', createdAt: days(-40), suspect: true },
    { id: 'a2', kind: 'totp', label: 'Pixel 9', createdAt: days(-120), lastUsedAt: days(-1) },
  ],
  backupCodes: { count: 10, left: 7, createdAt: days(-120), lastUsedAt: days(-12), expiresAt: days(245) },
  trustedDevices: [{ id: 'd', where: laptop, lastSeenAt: days(-1), until: days(29) }],
  sessions: [session('s1', laptop, 0), session('s2', phone, -1), session('s3', {}, -6), session('s4', phone, -9)],
  applications,
  mayDelete: true,
  phone: { number: '+393331234567', verified: true, usableFrom: days(1) },
  activity: activity.slice(0, 3),
};

const options = {
  challenge: 'WD0AXUFVKdT3LJvC9JMBvqTLzjTGEvSi0FWFJNTpg0o',
  rpId: 'localhost',
  timeout: 300_000,
  allowCredentials: [],
  userVerification: 'required',
};
const signIn: pages.SignInModel = {
  ...form,
  purpose,
  forgotPath: '/realms/acme/sign-in/uid/forgot',
  username: '',
  passkey: { options },
  otherWays: ['email'],
  mayCancel: true,
};
const webauthn: pages.WebauthnModel = {
  ...form,
  purpose,
  username: person.username,
  devices: ['Work laptop'],
  options,
  otherWays: ['totp', 'backup_code'],
  mayCancel: true,
};
const enrolPasskey: pages.EnrolWebauthnModel = {
  ...form,
  purpose,
  username: person.username,
  options: { ...options, user: { id: 'AZq', name: 'ada', displayName: 'ada' } },
  label: '',
  reason: 'required',
  mayPutOff: false,
  otherWays: ['totp'],
  mayCancel: true,
};
const totp: pages.TotpModel = {
  ...form,
  purpose,
  username: person.username,
  devices: ['Pixel 9'],
  digits: 6,
  otherWays: ['backup_code'],
  mayCancel: true,
};
const sent: pages.SentCodeModel = {
  ...form,
  purpose,
  username: person.username,
  field: 'email_code',
  digits: 8,
  to: 'a•••@example.com',
  resent: false,
  otherWays: ['totp', 'backup_code'],
  mayCancel: true,
};
const backupCode: pages.BackupCodeModel = {
  ...form,
  purpose,
  username: person.username,
  groups: 2,
  groupLength: 4,
  otherWays: ['totp'],
  mayCancel: true,
};
const pixel: pages.LostDevice = { id: 'a', label: 'Pixel 9', kind: 'totp' };
const tablet: pages.LostDevice = { id: 'b', label: 'Tablet', kind: 'totp' };
const afterRecovery = { ...form, purpose, left: 6, byPass: false, mayPutOff: true };
const coolDown: pages.CoolDownModel = {
  ...form,
  purpose,
  username: person.username,
  over: false,
  sentTo: [],
  otherWays: ['totp'],
  mayCancel: true,
};
const enrol: pages.EnrolTotpModel = {
  ...form,
  purpose,
  username: person.username,
  uri: `otpauth://totp/Acme:ada.lovelace?secret=${secret}&issuer=Acme`,
  secret,
  digits: 6,
  label: '',
  reason: 'required',
  mayPutOff: false,
  mayCancel: true,
};
const password: pages.PasswordModel = {
  ...form,
  purpose,
  username: person.username,
  otherWays: [],
  mayCancel: true,
  maySwitch: true,
};
const set: pages.BackupCodesModel = {
  ...form,
  purpose,
  codes,
  username: person.username,
  createdAt: now,
  expiresAt: days(365),
  signInAddress: 'https://id.example.com/realms/acme/account',
  replaces: true,
  reason: 'low',
  mayCancel: false,
};
const confirm: pages.ConfirmBackupCodesModel = {
  ...form,
  purpose,
  createdAt: now,
  replaces: true,
  groups: 2,
  groupLength: 4,
  mayCancel: false,
};
const change: pages.ChangePasswordModel = { ...form, username: person.username, minLength: 10, reason: 'asked' };
const back = { href: 'https://payroll.example.com/', app: 'Payroll' };

type Draw = (view: pages.View) => pages.Html;

/** Every page in the states that look different, by name. */
export const samples: Record<string, Draw> = {
  'sign-in': (v) => pages.signIn(signIn, v),
  'sign-in-wrong': (v) => pages.signIn({ ...signIn, username: 'ada', problem: { kind: 'wrong_credentials' } }, v),
  'sign-in-wait': (v) => pages.signIn({ ...signIn, username: 'ada', problem: { kind: 'wait', seconds: 110 } }, v),
  'sign-in-empty': (v) => pages.signIn({ ...signIn, problem: { kind: 'missing', field: 'username' } }, v),
  password: (v) => pages.password(password, v),
  'password-proof': (v) =>
    pages.password({ ...password, purpose: { change: 'add_authenticator' }, maySwitch: false, otherWays: ['totp'] }, v),
  totp: (v) => pages.totp(totp, v),
  'totp-wrong': (v) => pages.totp({ ...totp, devices: [], problem: { kind: 'wrong_otp' } }, v),
  webauthn: (v) => pages.webauthn(webauthn, v),
  'webauthn-wrong': (v) => pages.webauthn({ ...webauthn, devices: ['A', 'B'], problem: { kind: 'wrong_passkey' } }, v),
  'enrol-webauthn': (v) => pages.enrolWebauthn(enrolPasskey, v),
  'enrol-webauthn-taken': (v) =>
    pages.enrolWebauthn(
      { ...enrolPasskey, label: 'Key', reason: 'replace', mayPutOff: true, problem: { kind: 'passkey_taken' } },
      v,
    ),
  'rename-passkey': (v) => pages.renamePasskey({ ...form, username: person.username, label: 'Work laptop' }, v),
  'email-code': (v) => pages.sentCode(sent, v),
  'email-code-anonymous': (v) => pages.sentCode({ ...sent, to: undefined, otherWays: ['password'] }, v),
  'sms-code-wrong': (v) =>
    pages.sentCode({ ...sent, field: 'sms_code', digits: 6, to: '••• 42', problem: { kind: 'wrong_sent_code' } }, v),
  'email-code-limited': (v) => pages.sentCode({ ...sent, problem: { kind: 'send_limited' } }, v),
  'backup-code': (v) => pages.backupCode(backupCode, v),
  'backup-code-numbered': (v) => pages.backupCode({ ...backupCode, number: 4 }, v),
  'backup-code-tries': (v) =>
    pages.backupCode({ ...backupCode, problem: { kind: 'wrong_backup_code', triesLeft: 2 } }, v),
  'backup-code-malformed': (v) =>
    pages.backupCode({ ...backupCode, groups: 3, problem: { kind: 'malformed_backup_code' } }, v),
  'enrol-totp': (v) => pages.enrolTotp(enrol, v),
  'enrol-totp-wrong': (v) =>
    pages.enrolTotp(
      { ...enrol, label: 'Pixel 9', reason: 'replace', mayPutOff: true, problem: { kind: 'malformed_otp' } },
      v,
    ),
  'backup-codes': (v) => pages.backupCodes(set, v),
  'backup-codes-numbered': (v) => pages.backupCodes({ ...set, numbered: true }, v),
  'backup-codes-twenty': (v) =>
    pages.backupCodes(
      { ...set, codes: [...codes, ...codes].map((c) => `${c}-${c}`), replaces: false, mayCancel: true },
      v,
    ),
  'confirm-backup-codes': (v) => pages.confirmBackupCodes(confirm, v),
  'confirm-backup-codes-wrong': (v) =>
    pages.confirmBackupCodes({ ...confirm, problem: { kind: 'wrong_confirm_code' } }, v),
  'after-recovery': (v) => pages.afterRecovery({ ...afterRecovery, devices: [pixel] }, v),
  'after-recovery-which': (v) => pages.afterRecovery({ ...afterRecovery, devices: [pixel, tablet] }, v),
  'after-recovery-none-chosen': (v) =>
    pages.afterRecovery({ ...afterRecovery, devices: [pixel, tablet], problem: { kind: 'missing', field: 'lost' } }, v),
  'cool-down': (v) => pages.coolDown({ ...coolDown, until: days(1) }, v),
  'cool-down-approval': (v) => pages.coolDown({ ...coolDown, sentTo: ['a•••@example.com'] }, v),
  'cool-down-over': (v) => pages.coolDown({ ...coolDown, until: now, over: true }, v),
  'low-codes': (v) =>
    pages.lowCodes({ ...form, purpose, why: 'low', left: 2, expiresAt: days(100), mayPutOff: true }, v),
  'expiring-codes': (v) =>
    pages.lowCodes({ ...form, purpose, why: 'expiring', left: 9, expiresAt: days(10), mayPutOff: true }, v),
  'forgot-password': (v) =>
    pages.forgotPassword({ ...form, purpose, username: 'ada', problem: { kind: 'missing', field: 'username' } }, v),
  'reset-sent': (v) => pages.resetSent({ ...form, purpose, minutes: 30 }, v),
  'verify-email': (v) => pages.verifyEmail({ ...form, purpose, email: person.email, sent: false, mayDecline: true }, v),
  'verify-email-sent': (v) =>
    pages.verifyEmail(
      { ...form, purpose, email: person.email, sent: true, mayDecline: false, problem: { kind: 'email_unverified' } },
      v,
    ),
  'confirm-email': (v) => pages.confirmEmail({ ...form, email: person.email }, v),
  'link-reset': (v) => pages.linkOutcome({ outcome: 'password_reset', back }, v),
  'link-unusable': (v) => pages.linkOutcome({ outcome: 'unusable', back: { href: '/realms/acme/account' } }, v),
  consent: (v) =>
    pages.consent(
      { ...form, app: 'Payroll', username: person.username, scopes: ['profile', 'email', 'groups', 'salary:read'] },
      v,
    ),
  locked: (v) => pages.locked({ ...form, purpose, waitSeconds: 110, otherWays: ['backup_code'], mayCancel: true }, v),
  'locked-stopped': (v) => pages.locked({ ...form, purpose, otherWays: ['backup_code'], mayCancel: true }, v),
  error: (v) => pages.error({ code: 'internal', requestId: '01JD9ZK7Q4C7', back }, v),
  'error-busy': (v) => pages.error({ code: 'overloaded', requestId: '01JD9ZK7Q4C7', retryAfterSeconds: 5 }, v),
  expired: (v) => pages.expired({ back }, v),
  'signed-out': (v) => pages.signedOut({ back }, v),
  logout: (v) => pages.logout({ action: '/realms/acme/logout/confirm', xsrf: 'xsrf', app: 'Payroll' }, v),
  'not-me': (v) => pages.notMe({ ...form, state: 'ask' }, v),
  'not-me-done': (v) => pages.notMe({ ...form, state: 'done' }, v),
  'not-me-gone': (v) => pages.notMe({ ...form, state: 'gone' }, v),
  'demo-outbox': (v) =>
    pages.demoOutbox(
      {
        messages: [{ recipient: 'ada@example.com', subject: 'Your code', body: 'Hello,\n\n12345678', createdAt: now }],
      },
      v,
    ),
  'realm-not-found': (v) => pages.realmNotFound({ requestId: '01JD9ZK7Q4C7' }, v),
  account: (v) => pages.account(account, v),
  'account-bare': (v) =>
    pages.account(
      {
        csrf: 'csrf-token',
        person: { username: 'grace' },
        authenticators: account.authenticators.slice(0, 1),
        sessions: account.sessions.slice(0, 1),
        trustedDevices: [],
        applications: [],
        mayDelete: false,
        activity: [],
        notice: 'authenticator_removed',
      },
      v,
    ),
  activity: (v) =>
    pages.activity(
      { csrf: 'csrf-token', username: person.username, days: 90, entries: activity, next: '1.2', older: true },
      v,
    ),
  'activity-none': (v) =>
    pages.activity({ csrf: 'csrf-token', username: 'grace', days: 90, entries: [], older: false }, v),
  applications: (v) =>
    pages.applications(
      { csrf: 'csrf-token', username: person.username, applications, notice: 'application_disconnected' },
      v,
    ),
  'applications-none': (v) => pages.applications({ csrf: 'csrf-token', username: 'grace', applications: [] }, v),
  'codes-used': (v) =>
    pages.codesUsed(
      {
        csrf: 'csrf-token',
        username: person.username,
        codes: { count: 10, left: 8, createdAt: days(-120), lastUsedAt: days(-3), expiresAt: days(245) },
        uses: [
          { at: days(-3), number: 3, where: phone },
          { at: days(-50), number: 1, where: laptop },
        ],
      },
      v,
    ),
  phone: (v) => pages.phone({ ...form, username: person.username, typed: '', maySet: true, waitHours: 24 }, v),
  'phone-change': (v) =>
    pages.phone(
      {
        ...form,
        username: person.username,
        current: '+393331234567',
        typed: '+1 555 0100',
        maySet: true,
        waitHours: 24,
        problem: { kind: 'phone_country' },
      },
      v,
    ),
  'phone-only-factor': (v) =>
    pages.phone(
      {
        ...form,
        username: 'grace',
        current: '+393331234567',
        typed: '',
        maySet: true,
        waitHours: 1,
        problem: { kind: 'phone_only_factor' },
      },
      v,
    ),
  'phone-code': (v) =>
    pages.phoneCode(
      { ...form, username: 'grace', number: '+393331234567', digits: 6, problem: { kind: 'wrong_sent_code' } },
      v,
    ),
  'delete-account': (v) =>
    pages.deleteAccount({ ...form, username: person.username, problem: { kind: 'not_own_username' } }, v),
  'delete-account-last': (v) =>
    pages.deleteAccount({ ...form, username: person.username, problem: { kind: 'last_administrator' } }, v),
  'account-deleted': (v) => pages.accountDeleted({}, v),
  profile: (v) =>
    pages.profile({ ...form, person: { ...person, email: 'ada@' }, problem: { kind: 'email_invalid' } }, v),
  'change-password': (v) => pages.changePassword(change, v),
  'change-password-short': (v) =>
    pages.changePassword({ ...change, problem: { kind: 'password_too_short', min: 10 } }, v),
  'change-password-required': (v) =>
    pages.changePassword(
      { ...change, reason: 'required', purpose, mayDecline: true, problem: { kind: 'password_breached' } },
      v,
    ),
  'change-password-reset': (v) => pages.changePassword({ ...change, reason: 'reset' }, v),
  'remove-authenticator': (v) =>
    pages.removeAuthenticator(
      { ...form, username: person.username, kind: 'totp', label: 'Pixel 9', last: true, codesLeft: 7, required: false },
      v,
    ),
  'remove-passkey': (v) =>
    pages.removeAuthenticator(
      { ...form, username: person.username, kind: 'webauthn', label: 'Key', last: true, codesLeft: 7, required: true },
      v,
    ),
  'new-backup-codes': (v) => pages.newBackupCodes({ ...form, username: person.username, left: 7, count: 10 }, v),
};

/** A view of the realm of the samples. */
export function sampleView(locale: pages.Locale): pages.View {
  return pages.view({
    realm: { displayName: 'Acme', path: '/realms/acme' },
    locale,
    timeZone: 'Europe/Rome',
    now,
  });
}
