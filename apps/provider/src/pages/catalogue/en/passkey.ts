/** Ways in which a browser fails, by the name of its error; each says what to do next. */
const shared = {
  /** The address is not the one the passkey is for. */
  SecurityError: 'Passkeys do not work at this address. Check the address at the top of your browser.',
  AbortError: 'That was interrupted. Try again.',
  NotSupportedError: 'This device cannot do what is asked. Try another device, or another way.',
  NetworkError: 'Your other device could not be reached. Check that Bluetooth is on, and try again.',
  TimeoutError: 'That took too long. Try again, or use another way.',
  /** The browser has no passkeys at all. */
  unsupported: 'This browser or device cannot use passkeys. Use another way, or another browser.',
  other: 'Your device reported a problem. Try again, or use another way.',
};

export const passkey = {
  title: 'Use your passkey',
  /** With the name of the passkey when there is only one. */
  lead: (device: string | undefined) =>
    device === undefined
      ? 'Your browser will ask for one of your passkeys or security keys.'
      : `Your browser will ask for ${device}.`,
  use: 'Continue with your passkey',
  signInWith: 'Sign in with a passkey',
  needsScript:
    'Passkeys need JavaScript, and it is switched off in this browser. Switch it on and reload, or use another way.',
  getFailures: {
    ...shared,
    /** Cancelled, or there is none: browsers do not tell which. */
    NotAllowedError:
      'Nothing was confirmed. You may have cancelled, or this device has no passkey for this account. Try again, or use another way.',
    InvalidStateError: 'This passkey is not for this account. Use another one.',
    ConstraintError: 'This key cannot check a PIN or fingerprint, which is needed here. Use another one.',
  },
  createFailures: {
    ...shared,
    NotAllowedError: 'Nothing was set up. You may have cancelled. Try again when you are ready.',
    InvalidStateError: 'This device or key is set up for your account already. Use another one.',
    ConstraintError:
      'This key cannot check a PIN or fingerprint, which is needed here. Set a PIN on it, or use another one.',
  },
};

export const enrolWebauthn = {
  title: {
    asked: 'Add a passkey',
    required: 'Set up a passkey',
    replace: 'Set up your new passkey',
  },
  what: 'Your fingerprint, face, screen lock or a security key: nothing to type, and it works only on this site.',
  name: 'Name of this passkey',
  nameHint: 'So that you recognise it, such as Work laptop',
  submit: 'Set up a passkey',
};

export const renamePasskey = {
  title: 'Rename a passkey',
  submit: 'Save',
};
