import { count } from '../plural.ts';

/** Plain words for OIDC scopes; each finishes "Payroll would like to". */
const scopes: Record<string, string> = {
  profile: 'see your name and username',
  email: 'see your email address',
  phone: 'see your phone number',
  address: 'see your postal address',
  roles: 'see what you are allowed to do',
  groups: 'see the groups you are in',
  organization: 'see the organizations you belong to',
  account: 'see and change how you sign in: your factors, codes, sessions and applications',
  offline_access: 'keep this access while you are away',
};

export const signIn = {
  title: 'Sign in',
  username: 'Username or email',
  password: 'Password',
  submit: 'Sign in',
  forgot: 'Forgot your password?',
  /** Before "Get a code by email", which is for who has no password. */
  lostPasskey: 'Lost your passkey?',
};

export const forgotPassword = {
  title: 'Forgot your password?',
  lead: 'Tell us who you are. We send a link to the email address of the account.',
  submit: 'Send the link',
  sentTitle: 'Look into your mail',
  /** The same whether there is such an account or not. */
  sent: (duration: string) =>
    `If there is an account of that name with an email address, a link is on its way. It is good for ${duration} and works once.`,
  nothingCame: 'Nothing came? Look into the spam folder, check the name for typos, or ask your administrator.',
  backToSignIn: 'Back to sign in',
};

export const verifyEmail = {
  title: 'Verify your email address',
  send: (email: string) => `We send a link to ${email}, to be sure that mail reaches you there.`,
  sent: (email: string) => `A link is on its way to ${email}. Open it on any device, then go on here.`,
  submit: 'Send the link',
  /** Main button once the link was sent. */
  followed: 'I have opened the link',
  again: 'Send it again',
};

export const password = {
  title: 'Confirm that it is you',
  label: 'Your password',
  /** Link-like button beside the name of the person. */
  notYou: 'Not you?',
};

export const totp = {
  title: 'Enter your code',
  /** Label of the field; the device's name was given by the person. */
  labelFrom: (device: string) => `Code from ${device}`,
  label: 'Code from your authenticator app',
  hint: (digits: number) => `The ${digits} digits that your app shows now`,
  /** After "Lost your device?". */
  useBackupCode: 'Use a backup code',
};

export const backupCode = {
  title: 'Use a backup code',
  label: 'Backup code',
  labelOf: (number: number) => `Backup code no. ${number}`,
  hint: (sample: string) => `Looks like ${sample}. Each code works once.`,
  hintOf: (number: number, sample: string) =>
    `The one with the number ${number} in your list; no other will do. Looks like ${sample}.`,
  whereTitle: 'Where people keep them',
  where: [
    'in the downloads, as a file named backup-codes-…',
    'printed, with other papers or in a wallet',
    'in a password manager',
  ],
};

export const locked = {
  title: 'Too many tries',
  wait: (duration: string) => `Try again in ${duration}.`,
  why: 'After several wrong tries we pause, so that nobody can guess their way in. Nothing was changed.',
  stopped: 'This way in is switched off. Use another way, or ask your administrator for help.',
  again: 'Try again',
};

export const consent = {
  title: (app: string) => `Allow ${app}?`,
  /** Followed by a list of what the application may do. */
  wants: (app: string) => `${app} would like to`,
  scope: (name: string) => scopes[name] ?? `use “${name}”`,
  identity: 'know who you are',
  allow: 'Allow',
  deny: 'Do not allow',
};

export const enrolTotp = {
  title: {
    asked: 'Add an authenticator app',
    required: 'Set up an authenticator app',
    replace: 'Set up your new device',
  },
  /** Under the title when policy demands it. */
  why: 'It shows a code that you will enter after your password.',
  scan: 'Scan this with your authenticator app',
  qr: 'QR code with the key for your authenticator app',
  open: 'Open in an app on this device',
  cannotScan: 'Cannot scan it? Type this key',
  key: 'Key',
  code: 'Code that the app shows now',
  deviceName: 'Name of this device',
  deviceNameHint: 'So that you recognise it, such as Pixel 9',
  submit: 'Turn on',
};

export const afterRecovery = {
  title: 'You used a backup code',
  left: (n: number) => (n === 0 ? 'It was your last one.' : `${count(n, 'code', 'codes')} left.`),
  /** With the name of the lost device when it can only be that one. */
  advice: (device: string | undefined) =>
    `Is ${device ?? 'your device'} gone? Set up the new one now: it takes a minute, and your next sign-in is as usual.`,
  passTitle: 'You used a pass from your administrator',
  which: 'Which device is lost?',
  /** Last choice of the list of devices. */
  all: 'All of them',
  kind: { totp: 'Authenticator app', webauthn: 'Passkey or security key', sms: 'Phone', email: 'Email' },
  /** Said before the button. */
  ends: 'You are signed out everywhere else now. The lost device stops working here once the new one is set up.',
  setUp: 'Set up a new device',
  later: 'Later',
  laterMeans: 'Until then, each sign-in without the device takes another backup code.',
};

export const coolDown = {
  title: 'This takes a little longer',
  overTitle: 'The wait is over',
  over: 'You can go on now.',
  until: (moment: string) => `You can go on from ${moment}.`,
  forAdministrator: 'An administrator has to confirm that it is you.',
  why: 'This sign-in looks unusual, so we pause before anything is changed. Your code has been accepted.',
  leave:
    'You may close this page. Come back in this browser, sign in with your password and choose “Lost your device?”: you need no other code.',
  /** The mail has the link "This wasn’t me". */
  sentTo: (addresses: string) =>
    `We have told ${addresses}. If someone else asked for this, the link in that mail stops it at once.`,
  help: 'Your administrator can let you go on sooner.',
  /** Where no mail was sent. */
  notYou: 'Someone else asked for this? Change your password, and ask your administrator to stop it.',
  look: 'Look again',
  goOn: 'Continue',
};

export const lowCodes = {
  title: (n: number) =>
    n === 0 ? 'You have no backup codes left' : `You have ${count(n, 'backup code', 'backup codes')} left`,
  expiring: (date: string) => `Your backup codes end on ${date}`,
  advice: 'They let you in when your device is lost. A new set replaces the old codes once you have confirmed it.',
  expires: (date: string) => `The old codes are good until ${date}.`,
  makeNew: 'Make a new set',
  later: 'Later',
};
