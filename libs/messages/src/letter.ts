/** Languages a letter is written in. */
export const letterLocales = ['en', 'it'] as const;
export type LetterLocale = (typeof letterLocales)[number];

/** When and from where, as far as it is known; `at` is ISO 8601. */
export interface Happening {
  at: string;
  ip?: string;
  userAgent?: string;
}

/** What a person calls the thing that was added or removed. */
export type FactorName = 'totp' | 'webauthn' | 'email' | 'sms';

/**
 * What a mail says: one fact, one action. Plain data, so that it can wait in the outbox and be put into words, in the
 * person's language and with links of the configured URL, where it is sent.
 */
export type Letter =
  /** A code for the sign-in that asked for it. */
  | { kind: 'sign_in_code'; code: string; minutes: number }
  /** `path` is below the realm's own address and begins with a slash; it carries the token of an action link. */
  | { kind: 'password_reset'; path: string; minutes: number }
  | { kind: 'verify_email'; path: string; minutes: number }
  | ({ kind: 'recovery_attempted' } & Happening)
  | ({ kind: 'code_used'; left: number } & Happening)
  | ({ kind: 'codes_generated'; count: number } & Happening)
  | { kind: 'codes_low'; left: number }
  | { kind: 'codes_expiring'; days: number; left: number }
  | ({ kind: 'factor_added'; factor: FactorName; label?: string } & Happening)
  | ({ kind: 'factor_removed'; factor: FactorName; label?: string } & Happening)
  | ({ kind: 'password_changed' } & Happening)
  /** To the address before the change; `to` is the new one, masked. */
  | ({ kind: 'email_changed'; to: string } & Happening)
  /** To the new address. */
  | { kind: 'email_set' }
  | ({ kind: 'phone_changed'; to: string } & Happening)
  | ({ kind: 'locked' } & Happening)
  | ({ kind: 'new_device' } & Happening)
  | ({ kind: 'recovery_frozen' } & Happening)
  /** A recovery waits; `until` is absent where only an administrator ends the wait. ISO 8601. */
  | ({ kind: 'recovery_waiting'; until?: string } & Happening)
  /** After a recovery a new factor stands in place of what was lost. */
  | ({ kind: 'account_repaired'; factor: FactorName; replaced: number } & Happening)
  /** `usableAt` only where the pass has to wait. ISO 8601. */
  | ({ kind: 'pass_issued'; usableAt?: string } & Happening)
  | ({ kind: 'pass_used' } & Happening)
  /** The last one: there is nothing left to link to. */
  | ({ kind: 'account_deleted' } & Happening)
  /** To administrators; `place` is the name of the realm that was opened, and for whom. */
  | ({ kind: 'break_glass_opened'; place: string; person: string; operator: string; why: string } & Happening)
  | ({ kind: 'break_glass_attempted'; operator: string } & Happening);

export type LetterKind = Letter['kind'];

/** Letters that offer "this wasn't me": those about something the person may not have done. */
const vetoable: ReadonlySet<LetterKind> = new Set<LetterKind>([
  'recovery_attempted',
  'code_used',
  'codes_generated',
  'factor_added',
  'factor_removed',
  'password_changed',
  'email_changed',
  'phone_changed',
  'locked',
  'new_device',
  'recovery_waiting',
  'account_repaired',
  'pass_issued',
  'pass_used',
]);

export const isVetoable = (kind: LetterKind): boolean => vetoable.has(kind);
