/**
 * The one spelling under which a username or an e-mail address is compared: NFKC, trimmed, lower case. Whoever counts,
 * looks up or compares logins goes through here, so that no other spelling gives extra attempts or a second account.
 * Idempotent. (Compatibility forms are folded; letters of different scripts that look alike are not.)
 */
export function normaliseLogin(login: string): string {
  // Lower-casing may leave a sequence that NFKC composes, and composing a space to trim: the second pass settles both.
  return login.normalize('NFKC').trim().toLowerCase().normalize('NFKC').trim();
}
