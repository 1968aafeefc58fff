import type { AccountNotice } from '../../models.ts';
import { count } from '../plural.ts';

const notices: Record<AccountNotice, string> = {
  profile_saved: 'Your profile is saved.',
  email_change_sent: 'Open the link that we sent to the new address: it takes effect then.',
  password_changed: 'Your password is changed.',
  authenticator_added: 'Your authenticator app is ready.',
  authenticator_removed: 'The authenticator app is removed.',
  passkey_added: 'Your passkey is ready.',
  passkey_renamed: 'Your passkey has its new name.',
  passkey_removed: 'The passkey is removed.',
  backup_codes_replaced: 'Your new backup codes are ready. The old ones no longer work.',
  session_ended: 'That device is signed out.',
  sessions_ended: 'All other devices are signed out.',
  phone_saved: 'Your phone number is saved.',
  phone_removed: 'Your phone number is removed.',
  application_disconnected: 'The application is disconnected.',
  device_forgotten: 'This browser is asked for the second step again.',
};

export const account = {
  title: 'Your account',
  notice: (notice: AccountNotice) => notices[notice],
  signOut: 'Sign out',
  security: 'Security',
  /** How many of password, authenticator app and backup codes are in order. */
  waysBackIn: (have: number, of: number) => `Ways back in: ${have} of ${of}`,
  way: { password: 'Password', totp: 'Authenticator app', webauthn: 'Passkey', backup_codes: 'Backup codes' },
  /** Spoken state of a way. */
  inOrder: 'in order',
  notInOrder: 'needs attention',
  /** The weakest way, named with what to do. */
  weakest: {
    no_password: 'Weakest: you have no password.',
    no_totp: 'Weakest: you have no authenticator app. Your password alone lets you in.',
    no_codes: 'Weakest: you have no backup codes. Without your device you could not get in.',
    codes_expired: 'Weakest: your backup codes have expired. Make a new set.',
    codes_used_up: 'Weakest: your backup codes are used up. Make a new set.',
    codes_expiring: (date: string) => `Weakest: your backup codes expire on ${date}.`,
    codes_low: (left: number) => `Weakest: you have only ${count(left, 'backup code', 'backup codes')} left.`,
    one_totp: 'All is in order. Weakest: a single device shows your codes, so keep your backup codes safe.',
    one_passkey: 'All is in order. Weakest: you have a single passkey, so keep your backup codes safe.',
    none: 'All is in order.',
  },
  profile: 'Profile',
  name: 'Name',
  username: 'Username',
  email: 'Email',
  none: 'not given',
  phone: 'Phone',
  phoneUsable: (when: string) => `used for codes from ${when}`,
  /** Further rows of a list. */
  more: (rows: number) => `Show ${rows} more`,
  phoneUnverified: 'not verified',
  /** A masked number, replaced by somebody else. */
  phoneBefore: (masked: string) => `codes still go to ${masked}`,
  edit: 'Edit',
  change: 'Change',
  addPasskey: 'Add a passkey',
  add: 'Add an authenticator app',
  remove: 'Remove',
  /** Spoken on the button, so that several "Remove" can be told apart. */
  removeNamed: (label: string) => `Remove ${label}`,
  rename: 'Rename',
  renameNamed: (label: string) => `Rename ${label}`,
  /** Beside a security key whose counter went back. */
  suspect: 'There may be a copy of this key. Remove it, and set up another one.',
  added: (date: string) => `Added ${date}`,
  changed: (date: string) => `Set ${date}`,
  lastUsed: (when: string) => `last used ${when}`,
  neverUsed: 'not used yet',
  /** The clock of a phone; `seconds` is below zero when it is slow. */
  clockOff: (seconds: number) =>
    `The clock of this device is about ${Math.abs(seconds)} seconds ${seconds < 0 ? 'slow' : 'fast'}. Let it set its time by itself, or its codes will stop working.`,
  codesLeft: (left: number, of: number) => `${left} of ${of} left`,
  codesMade: (date: string) => `Made ${date}`,
  codesExpire: (date: string) => `good until ${date}`,
  codesExpired: (date: string) => `expired on ${date}`,
  noCodes: 'You have no backup codes yet.',
  codesNeedDevice: 'You get backup codes together with a passkey or an authenticator app.',
  makeCodes: 'Make new codes',
  sessions: 'Where you are signed in',
  thisDevice: 'This device',
  device: (browser: string | undefined, os: string | undefined) =>
    browser && os ? `${browser} on ${os}` : (browser ?? os ?? 'Unknown device'),
  lastSeen: (when: string) => `Last seen ${when}`,
  signedIn: (when: string) => `signed in ${when}`,
  signOutNamed: (device: string) => `Sign out ${device}`,
  trustedDevices: 'Trusted browsers',
  trustedUntil: (date: string) => `asked for no second step until ${date}`,
  forget: 'Forget',
  forgetNamed: (device: string) => `Forget ${device}`,
  signOutEverywhere: 'Sign out everywhere',
  signOutOthers: 'Sign out everywhere else',
  /** Where a file of the operator places an address; never exact. */
  near: (city: string | undefined, country: string) =>
    city === undefined ? `${country} (estimated)` : `near ${city}, ${country} (estimated)`,
  activity: 'Recent activity',
  allActivity: 'See all activity',
};

export const profile = {
  title: 'Edit your profile',
  firstName: 'First name',
  lastName: 'Last name',
  email: 'Email',
  submit: 'Save',
};

export const changePassword = {
  title: { asked: 'Change your password', required: 'Choose a new password', reset: 'Choose a new password' },
  why: {
    required: 'Your password was set by someone else. Choose one that only you know.',
    /** After a link in a mail. */
    reset: 'Then sign in with it as usual. Everywhere else you will be signed out.',
  },
  next: 'New password',
  hint: (min: number) => `At least ${min} characters`,
  again: 'New password again',
  submit: 'Change password',
};

export const removeAuthenticator = {
  title: (label: string) => `Remove ${label}`,
  effect: {
    totp: (label: string) => `Codes from ${label} will no longer work.`,
    webauthn: (label: string) => `You can no longer sign in with ${label}. Delete it on your device as well.`,
  },
  last: {
    totp: 'It is your only authenticator app: from then on your password alone lets you in.',
    webauthn: 'It is your only passkey: from then on your password alone lets you in.',
  },
  lastRequired:
    'It is your only one, and a second step is required here. Add another device first, then remove this one.',
  addFirst: 'Add another device',
  codes: (left: number) => `Your ${count(left, 'backup code ends', 'backup codes end')} with it.`,
  submit: 'Remove',
  keep: 'Keep it',
};

export const deleteAccount = {
  title: 'Delete your account',
  lead: 'This cannot be undone, not even by an administrator. At once:',
  losses: [
    'you are signed out everywhere, and every application loses its access',
    'your password, passkeys, authenticator apps and backup codes are deleted',
    'your name, addresses and everything else we keep about you is deleted',
  ],
  type: (username: string) => `To go on, type your username: ${username}`,
  submit: 'Delete my account',
  link: 'Delete your account',
  doneTitle: 'Your account is deleted',
  done: 'You are signed out everywhere. A last mail confirms it, if we knew your address.',
  notAllowed: 'Your organization does not let people delete their own account. Ask your administrator.',
};

export const phone = {
  add: 'Add a phone number',
  change: 'Change your phone number',
  lead: 'We send a code to it, to see that it is yours.',
  notAvailable: 'Text messages are not used here.',
  number: 'Phone number',
  hint: 'With country code, such as +39 333 1234567',
  wait: (hours: number) =>
    `Sign-in codes go to a new number after ${count(hours, 'hour', 'hours')}. Your mail and the old number are told.`,
  send: 'Send the code',
  /** The number of now. */
  remove: (number: string) => `Remove ${number}`,
  codeTitle: 'Enter the code',
  sent: (number: string) => `We sent a text message to ${number}.`,
  code: 'Code from the text message',
  again: 'Send a new code',
};
