import type { ErrorCode } from '@sparekey/contracts';

/** Heading and advice for people; the codes themselves are for machines. */
const errors: Record<ErrorCode, { title: string; advice: string }> = {
  bad_request: {
    title: 'This request cannot be read',
    advice: 'Go back to the application and start again.',
  },
  validation_failed: { title: 'Something is missing', advice: 'Go back, check what you entered and try again.' },
  unauthorized: { title: 'Sign in first', advice: 'This page is for people who are signed in.' },
  invalid_token: { title: 'The access token is not accepted', advice: 'Sign in to the application again.' },
  insufficient_user_authentication: {
    title: 'A newer sign-in is needed',
    advice: 'Sign in again, with your second factor.',
  },
  insufficient_scope: { title: 'This application may not do that', advice: 'Ask whoever runs it.' },
  forbidden: { title: 'This is not open to you', advice: 'If you need it, ask your administrator.' },
  csrf_failed: {
    title: 'This form is from an earlier visit',
    advice: 'Go back, load the page again and send the form once more.',
  },
  not_found: { title: 'There is nothing at this address', advice: 'Check the address, or go back.' },
  method_not_allowed: { title: 'This does not work here', advice: 'Go back and use the buttons on the page.' },
  conflict: { title: 'Something changed meanwhile', advice: 'Load the page again and look before you try once more.' },
  payload_too_large: { title: 'This is too large', advice: 'Shorten what you entered and try again.' },
  unsupported_media_type: { title: 'This cannot be read', advice: 'Go back and use the form on the page.' },
  wrong_code: { title: 'This code is not right', advice: 'Check it and try again.' },
  password_refused: { title: 'This password is not allowed', advice: 'Choose another one.' },
  too_many_attempts: { title: 'Too many tries', advice: 'Wait a little, then try again.' },
  sign_in_expired: { title: 'This page has expired', advice: 'Start again: it takes a moment.' },
  internal: {
    title: 'Something went wrong on our side',
    advice: 'It is not your fault. Try again; if it stays, tell your administrator.',
  },
  overloaded: { title: 'We are very busy', advice: 'Try again in a few seconds.' },
  unavailable: { title: 'Not available at the moment', advice: 'Try again in a minute.' },
};

export const error = {
  of: (code: ErrorCode) => errors[code],
  retryIn: (duration: string) => `Try again in ${duration}.`,
  /** Before an identifier that the help desk can look up. */
  reference: 'For the help desk:',
};

export const expired = {
  title: 'This page has expired',
  advice: 'It was open for a long time, or was finished in another window. Nothing is lost: just start again.',
  startAgain: 'Start again',
  noWayBack: 'Go back to the application and sign in there.',
};

/** After a link of a mail was followed. */
export const linkOutcome = {
  password_reset: {
    title: 'Your password is changed',
    advice: 'You are signed out everywhere. Sign in with the new password; your other proofs are asked for as usual.',
  },
  email_verified: { title: 'Your email address is verified', advice: 'Go on where you came from.' },
  unusable: {
    title: 'This link cannot be used',
    advice: 'It was used already, has expired, or a newer one was sent. Nothing was changed: ask for a new link.',
  },
};

export const confirmEmail = {
  title: 'Verify your email address',
  lead: (email: string) => `Is ${email} your address?`,
  submit: 'Yes, verify it',
};

export const signedOut = {
  title: 'You are signed out',
  advice: 'On a shared computer, close the browser too.',
};

export const logout = {
  title: 'Sign out?',
  advice: 'You will be signed out here and in all applications of this browser.',
  from: (app: string) => `${app} asks to sign you out, here and in all applications of this browser.`,
  submit: 'Sign out',
  stay: 'Stay signed in',
};

export const realmNotFound = {
  title: 'Nothing to sign in to here',
  advice: 'There is nothing at this address. Check it, or start from the application you want to use.',
};
