import type { RealmId, UserId } from '@sparekey/contracts';
import {
  brokenPasswordRule,
  guessableWords,
  type PasswordRuleBroken,
  type PasswordWords,
  type Policy,
} from '@sparekey/policy';
import type { FactorStores } from '../ports.ts';
import type { PasswordFactor } from './password.ts';
import type { StrengthMeter } from './strength.ts';

/** Port to a list of passwords that are known to have leaked. */
export interface BreachedPasswords {
  /** Whether the list holds it; `unknown` when the list cannot be asked. Never rejects. */
  find(password: string): Promise<'found' | 'absent' | 'unknown'>;
}

/** Why a new password is not taken. */
export type PasswordRefusal =
  | PasswordRuleBroken
  | { kind: 'weak' }
  | { kind: 'breached' }
  /** The policy wants the list of leaked passwords to be asked, and it does not answer. */
  | { kind: 'unchecked' }
  | { kind: 'unchanged' };

/** A new password for whom. */
export interface NewPassword {
  realmId: RealmId;
  userId: UserId;
  policy: Policy;
  words: PasswordWords;
  password: string;
}

export interface NewPasswords {
  /**
   * Judges a new password, and hashes the one that is good enough. Every door by which a person gets a new password goes
   * through here; what was stored before is never judged. The cheap rules come first: what they refuse costs no hash.
   * Errors: `validation_failed` for text that is no Unicode, `overloaded`.
   */
  check(
    stores: FactorStores,
    wanted: NewPassword,
  ): Promise<{ accepted: true; phc: string } | { accepted: false; refusal: PasswordRefusal }>;
}

export interface NewPasswordDependencies {
  factor: PasswordFactor;
  strength: StrengthMeter;
  breached: BreachedPasswords;
}

/** The estimate weighs what is around a word, so that short names tell something too. */
const SHORTEST_WORD = 3;

export function createNewPasswords({ factor, strength, breached }: NewPasswordDependencies): NewPasswords {
  async function refusalOf(stores: FactorStores, wanted: NewPassword): Promise<PasswordRefusal | undefined> {
    const { realmId, userId, policy, words, password } = wanted;
    const rules = policy.password;
    const broken = brokenPasswordRule(password, rules, words);
    if (broken !== undefined) return broken;
    if (rules.minStrength > 0) {
      const known = guessableWords([...words.person, ...words.realm, ...rules.blocklist], SHORTEST_WORD);
      if ((await strength.score(password, known)) < rules.minStrength) return { kind: 'weak' };
    }
    if (rules.breached !== 'off') {
      const found = await breached.find(password);
      if (found === 'found') return { kind: 'breached' };
      if (found === 'unknown' && rules.breached === 'refuse_unchecked') return { kind: 'unchecked' };
    }
    const same = await factor.check(stores, { realmId, userId, policy }, password);
    return same.matched ? { kind: 'unchanged' } : undefined;
  }

  return {
    async check(stores, wanted) {
      const refusal = await refusalOf(stores, wanted);
      if (refusal !== undefined) return { accepted: false, refusal };
      return { accepted: true, phc: await factor.hash(wanted.password, wanted.policy.hashing.profile) };
    },
  };
}
