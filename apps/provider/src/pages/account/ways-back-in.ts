import { date } from '../format.ts';
import type { AccountModel } from '../models.ts';
import type { View } from '../view.ts';

export type Way = 'password' | 'totp' | 'webauthn' | 'backup_codes';

const soonDays = 30;

/**
 * The ways a person has to get back in, and the sentence that names the weakest of them: what is missing first, then
 * what is about to run out.
 */
export function waysBackIn(
  model: AccountModel,
  view: View,
): { ways: { way: Way; inOrder: boolean }[]; weakest: string } {
  const { weakest: text } = view.messages.account;
  const has = (kind: 'password' | 'totp' | 'webauthn') =>
    model.authenticators.filter((each) => each.kind === kind).length;
  const devices = has('totp') + has('webauthn');
  const codes = model.backupCodes;
  const expired = codes !== undefined && codes.expiresAt <= view.now;
  const ways = [
    { way: 'password', inOrder: has('password') > 0 },
    ...(has('webauthn') > 0 ? [{ way: 'webauthn' as const, inOrder: true }] : []),
    ...(has('totp') > 0 || devices === 0 ? [{ way: 'totp' as const, inOrder: devices > 0 }] : []),
    { way: 'backup_codes', inOrder: codes !== undefined && !expired && codes.left > 0 },
  ] satisfies { way: Way; inOrder: boolean }[];

  const weakest = () => {
    if (has('password') === 0) return text.no_password;
    if (devices === 0) return text.no_totp;
    if (!codes) return text.no_codes;
    if (expired) return text.codes_expired;
    if (codes.left === 0) return text.codes_used_up;
    if (codes.left <= 3) return text.codes_low(codes.left);
    if (codes.expiresAt.getTime() - view.now.getTime() < soonDays * 86_400_000) {
      return text.codes_expiring(date(view, codes.expiresAt));
    }
    if (devices > 1) return text.none;
    return has('totp') === 1 ? text.one_totp : text.one_passkey;
  };
  return { ways, weakest: weakest() };
}
