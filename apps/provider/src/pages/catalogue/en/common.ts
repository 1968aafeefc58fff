import type { FieldName, FormProblem, OtherWay, Purpose } from '../../models.ts';
import { count } from '../plural.ts';

/** "2 minutes": rounded up, so that the promise is kept. */
function duration(seconds: number): string {
  if (seconds <= 59) return count(Math.ceil(seconds), 'second', 'seconds');
  if (seconds < 3600) return count(Math.ceil(seconds / 60), 'minute', 'minutes');
  return count(Math.ceil(seconds / 3600), 'hour', 'hours');
}

const missing: Record<FieldName, string> = {
  lost: 'Choose which device is lost.',
  username: 'Enter your username or email.',
  password: 'Enter your password.',
  otp: 'Enter the code that your authenticator app shows.',
  backup_code: 'Enter one of your backup codes.',
  email_code: 'Enter the code from the mail.',
  sms_code: 'Enter the code from the text message.',
  confirm_code: 'Enter one of your new codes.',
  label: 'Give the device a name.',
  new_password: 'Enter a new password.',
  new_password_again: 'Enter the new password again.',
  first_name: 'Enter your first name.',
  last_name: 'Enter your last name.',
  email: 'Enter your email address.',
  phone_number: 'Enter a phone number.',
};

/** `what` stands beside the field and, followed by `next`, in the summary at the top. Never blame, never hint whether an account exists. */
function problem(p: FormProblem, look: { digits: number; sample: string }): { what: string; next?: string } {
  switch (p.kind) {
    case 'wrong_credentials':
      return { what: 'Username and password do not match.', next: 'Check both and try again.' };
    case 'wrong_password':
      return { what: 'This password is not right.', next: 'Check it and try again.' };
    case 'wrong_otp':
      return {
        what: 'This code is not right, or was used already.',
        next: 'Wait for the next one in your app and try again.',
      };
    case 'wrong_backup_code':
      return {
        what: 'This code cannot be used.',
        next:
          p.triesLeft === undefined
            ? 'Check it for typos, or take another one from your list.'
            : `Check it for typos, or take another one. ${count(p.triesLeft, 'try', 'tries')} left before you have to wait.`,
      };
    case 'wrong_passkey':
      return { what: 'This passkey was not accepted.', next: 'Try again, or use another way.' };
    case 'no_passkey':
      return {
        what: 'Your browser sent no passkey.',
        next: 'Passkeys need JavaScript. Use another way, or switch it on.',
      };
    case 'passkey_taken':
      return { what: 'This passkey is in use already.', next: 'Set up another one.' };
    case 'passkey_refused':
      return {
        what: 'This kind of device or key is not allowed here.',
        next: 'Ask your administrator which ones are.',
      };
    case 'passkey_not_added':
      return { what: 'The passkey could not be set up.', next: 'Try again.' };
    case 'recovery_frozen':
      return {
        what: 'Recovery is frozen, because “This wasn’t me” was said.',
        next: 'Sign in with your device, or ask your administrator for help.',
      };
    case 'wrong_sent_code':
      return {
        what: 'This code is not right, or is no longer good.',
        next: 'Take the newest message, or ask for a new code.',
      };
    case 'send_limited':
      return {
        what: 'Enough codes were sent for now.',
        next: 'Use the newest one, take another way, or try again later.',
      };
    case 'malformed_sent_code':
    case 'malformed_otp':
      return { what: `A code has ${look.digits} digits.`, next: 'Check it and try again.' };
    case 'malformed_backup_code':
      return { what: `A backup code looks like ${look.sample}.`, next: 'Check it and try again.' };
    case 'wrong_confirm_code':
      return { what: 'This is not one of your new codes.', next: 'Check it for typos, or make a new set.' };
    case 'missing':
      return { what: missing[p.field] };
    case 'wait':
      return { what: 'Too many tries.', next: `Try again in ${duration(p.seconds)}.` };
    case 'stopped':
      return {
        what: 'Too many tries: this way in is switched off.',
        next: 'Use another way, or ask your administrator for help.',
      };
    case 'busy':
      return { what: 'We are very busy at the moment.', next: 'Try again in a few seconds.' };
    case 'stale':
      return { what: 'That page was out of date.', next: 'This is where you are now.' };
    case 'password_too_short':
      return { what: `Use at least ${p.min} characters.`, next: 'A few words in a row are easy to remember.' };
    case 'password_too_common':
      return { what: 'This password is too easy to guess.', next: 'Choose another one.' };
    case 'password_personal':
      return { what: 'This password is too close to your name or address.', next: 'Choose another one.' };
    case 'password_breached':
      return {
        what: 'This password is in a list of leaked passwords.',
        next: 'Choose another one, and change it wherever else you use it.',
      };
    case 'password_unchecked':
      return {
        what: 'We cannot check at the moment whether this password has leaked.',
        next: 'Nothing was changed. Try again in a few minutes.',
      };
    case 'password_mismatch':
      return { what: 'The two new passwords differ.', next: 'Enter the same one twice.' };
    case 'password_unchanged':
      return { what: 'This is your password already.', next: 'Choose another one.' };
    case 'email_invalid':
      return { what: 'This email address is not complete.', next: 'It looks like name@example.com.' };
    case 'phone_invalid':
      return { what: 'This is not a complete phone number.', next: 'Begin with + and the country code.' };
    case 'phone_country':
      return { what: 'We cannot send text messages to this country.', next: 'Use a number of another one.' };
    case 'phone_unchanged':
      return { what: 'This is your number already.' };
    case 'phone_only_factor':
      return {
        what: 'Text messages are your only second step.',
        next: 'Add a passkey or an authenticator app first: a new number has to wait before it counts.',
      };
    case 'phone_required':
      return {
        what: 'It is your only second step, and one is required here.',
        next: 'Add a passkey or an authenticator app first.',
      };
    case 'not_own_username':
      return { what: 'This is not your username.', next: 'Type it as it stands above the field.' };
    case 'last_administrator':
      return { what: 'You are the last administrator here.', next: 'Give somebody else that role first.' };
    case 'email_unverified':
      return { what: 'The link was not opened yet.', next: 'Open it in your mail, or have it sent again.' };
    case 'too_many_mails':
      return { what: 'We have sent several mails already.', next: 'Look into your mail, or try again in an hour.' };
    case 'too_long':
      return { what: `Use at most ${p.max} characters.` };
  }
}

/** Line under the heading that says why we ask; it goes on from a heading such as "Sign in". */
function purpose(p: Purpose): string {
  if ('app' in p) return `to continue to ${p.app}`;
  switch (p.change) {
    case 'account':
      return 'to open your account';
    case 'profile':
      return 'to change your profile';
    case 'password':
      return 'to change your password';
    case 'add_authenticator':
      return 'to add an authenticator app';
    case 'remove_authenticator':
      return 'to remove an authenticator app';
    case 'backup_codes':
      return 'to make new backup codes';
  }
}

/** Buttons that lead to another proof. */
const otherWay: Record<OtherWay, string> = {
  totp: 'Use your authenticator app',
  webauthn: 'Use a passkey or security key',
  email: 'Get a code by email',
  sms: 'Get a code by text message',
  backup_code: 'Use a backup code',
  password: 'Use your password',
};

/** Buttons that lead to setting up another factor. */
const setUpInstead = {
  totp: 'Set up an authenticator app instead',
  webauthn: 'Set up a passkey instead',
};

export const common = {
  /** Prefix of the window title when a form has a problem. */
  errorTitle: (title: string) => `Error: ${title}`,
  continue: 'Continue',
  cancel: 'Cancel',
  back: 'Back',
  backTo: (app: string) => `Back to ${app}`,
  later: 'Later',
  show: 'Show',
  hide: 'Hide',
  /** Spoken name of the button that shows or hides a password. */
  showPassword: 'Show the password',
  copy: 'Copy',
  /** Announced after Copy. */
  copied: 'Copied',
  language: 'Language',
  /** Beside a field that may stay empty. */
  optional: 'optional',
  /** Spoken for the dash inside a code. */
  dash: 'dash',
  /** Before a time. */
  today: (time: string) => `today at ${time}`,
  yesterday: (time: string) => `yesterday at ${time}`,
  /** Spoken before the name of the person who is signing in. */
  signingInAs: 'Signing in as',
  trust: (days: number) => `Do not ask again in this browser for ${count(days, 'day', 'days')}`,
  lostDevice: 'Lost your device?',
  duration,
  problem,
  purpose,
  otherWay,
  setUpInstead,
};
