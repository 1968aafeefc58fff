/** What went wrong with a form, as the person is told; never whether an account exists, nor which part was wrong. */
export type FormProblem =
  /** Username or password, whichever it was, and also for people who do not exist. */
  | { kind: 'wrong_credentials' }
  | { kind: 'wrong_password' }
  | { kind: 'wrong_otp' }
  /** `triesLeft` is told when it is two or fewer. */
  | { kind: 'wrong_backup_code'; triesLeft?: number }
  /** Somebody said "this wasn't me": no code is taken for some days. */
  | { kind: 'recovery_frozen' }
  | { kind: 'wrong_sent_code' }
  | { kind: 'malformed_sent_code' }
  /** Enough codes were sent for now: to this person, address or network. */
  | { kind: 'send_limited' }
  | { kind: 'malformed_otp' }
  /** A passkey or security key was not accepted, whatever the reason. */
  | { kind: 'wrong_passkey' }
  /** The form came without an answer of a passkey: the script of the page did not run. */
  | { kind: 'no_passkey' }
  /** What is being added is bound to an account of this realm already. */
  | { kind: 'passkey_taken' }
  /** The realm takes certain models only. */
  | { kind: 'passkey_refused' }
  | { kind: 'passkey_not_added' }
  | { kind: 'malformed_backup_code' }
  /** The code typed back is not of the set that was just shown. */
  | { kind: 'wrong_confirm_code' }
  | { kind: 'missing'; field: FieldName }
  /** Too many attempts: wait. The same for unknown people. */
  | { kind: 'wait'; seconds: number }
  /** The hard stop is reached: this way in does not work any more. */
  | { kind: 'stopped' }
  /** The service is too busy to check at the moment. */
  | { kind: 'busy' }
  /** The form belonged to an earlier step (second tab, back button). */
  | { kind: 'stale' }
  | { kind: 'password_too_short'; min: number }
  | { kind: 'password_too_common' }
  /** It is mostly the person's own name or address, or the realm's. */
  | { kind: 'password_personal' }
  /** It is in a list of leaked passwords. */
  | { kind: 'password_breached' }
  /** The list of leaked passwords does not answer, and the realm insists. */
  | { kind: 'password_unchecked' }
  | { kind: 'password_mismatch' }
  | { kind: 'password_unchanged' }
  | { kind: 'email_invalid' }
  /** To delete an account its username is typed. */
  | { kind: 'not_own_username' }
  /** A phone number that is none, of a closed country, the one of now, or that would leave no second step. */
  | { kind: 'phone_invalid' }
  | { kind: 'phone_country' }
  | { kind: 'phone_unchanged' }
  | { kind: 'phone_only_factor' }
  /** The number is the only second step, and one is required. */
  | { kind: 'phone_required' }
  /** Without this person nobody could administer the realm. */
  | { kind: 'last_administrator' }
  /** The link in the mail was not followed yet. */
  | { kind: 'email_unverified' }
  /** As many mails as may be sent were sent. */
  | { kind: 'too_many_mails' }
  | { kind: 'too_long'; field: FieldName; max: number };

/** Names of inputs; the first seven are the stable contract of the sign-in form. */
export type FieldName =
  | 'username'
  | 'password'
  | 'otp'
  | 'backup_code'
  | 'email_code'
  | 'sms_code'
  | 'confirm_code'
  | 'label'
  | 'new_password'
  | 'new_password_again'
  | 'first_name'
  | 'last_name'
  | 'email'
  | 'phone_number'
  | 'lost';
