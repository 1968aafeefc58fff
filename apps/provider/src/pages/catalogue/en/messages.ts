/** Asks for a code that was sent. */
export const sentCode = {
  title: 'Enter the code we sent',
  /** `to` is masked; it is undefined where it must not be told. */
  sentByMail: (to: string | undefined) =>
    to === undefined
      ? 'If there is such an account, and it has no password, a code is on its way to its email address.'
      : `We sent a code to ${to}.`,
  sentBySms: (to: string) => `We sent a code by text message to ${to}.`,
  label: 'Code',
  hint: (digits: number) => `The ${digits} digits of the newest message. They are good for 10 minutes.`,
  resend: 'Send a new code',
  resent: 'A new code is on its way. Older ones no longer work.',
};

/** "This wasn't me", from a mail. */
export const notMe = {
  title: 'Was this not you?',
  advice: 'If you did not do what the mail says, stop it here:',
  effects: [
    'every session of your account ends, on all devices',
    'recovery with backup codes is frozen for 7 days',
    'the next sign-in asks for a new password',
  ],
  submit: 'This wasn’t me: protect my account',
  nothing: 'If it was you, close this page: nothing happens.',
  doneTitle: 'Your account is protected',
  done: 'All sessions have ended and recovery is frozen. Sign in and choose a new password.',
  signIn: 'Sign in and choose a new password',
  goneTitle: 'This link cannot be used',
  gone: 'It was used already, or it is too old. If you are worried, sign in and change your password.',
};

/** The messages of a demo without a mail server. */
export const demoOutbox = {
  title: 'Messages of this demo',
  advice: 'There is no mail server: what would be sent can be read here, by anybody, for a day.',
  empty: 'Nothing was sent yet.',
  to: 'To',
};
