import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AuthenticatorId, RealmId, SignInUid, UserId } from '@sparekey/contracts';
import { type Authenticator, type Check, type Factor, NOBODY } from '../factor.ts';
import type { FactorStores } from '../ports.ts';
import { drawDigits, normaliseDigits } from './digits.ts';

/** How long a code is good for (SP 800-63B-4 §3.1.3.3 allows 10 minutes). */
export const SENT_CODE_SECONDS = 600;

export type SentCodeKind = 'email' | 'sms';

/** Whom a code is for, in which sign-in. */
export interface CodeFor {
  realmId: RealmId;
  signInUid: SignInUid;
  /** Undefined when nobody of the typed name exists: a code is stored all the same, and can never match. */
  userId: UserId | undefined;
}

/** A code that is sent to the person: one of each kind in a sign-in, good there and nowhere else. */
export interface SentCodeFactor extends Factor {
  readonly kind: SentCodeKind;
  readonly digits: number;
  /**
   * Stores a new code and returns it for sending. Without `replace` a code that is still good stays, and undefined is
   * returned: of parallel calls one gets a code. With it the one before ends at once.
   */
  issue(stores: FactorStores, whom: CodeFor, options: { replace: boolean }): Promise<string | undefined>;
}

export interface SentCodeDependencies {
  random: (count: number) => Buffer;
  /** 32 bytes; keys the stored digests, as a code has too few digits to be hashed plainly. */
  sentCodeKey: Buffer;
  clock: () => Date;
}

interface SentCodeForm {
  kind: SentCodeKind;
  digits: number;
  input: string;
  amr: readonly string[];
  /** Where it would be sent, as the account page names it; undefined when there is no verified address. */
  label(stores: FactorStores, realmId: RealmId, userId: UserId): Promise<string | undefined>;
}

export function createSentCodeFactor(form: SentCodeForm, dependencies: SentCodeDependencies): SentCodeFactor {
  const { kind, digits } = form;
  const { random, sentCodeKey, clock } = dependencies;

  const digestOf = ({ realmId, signInUid, userId }: CodeFor, code: string): Buffer =>
    createHmac('sha256', sentCodeKey)
      .update([kind, realmId, signInUid, userId ?? NOBODY, code].join('\0'))
      .digest();

  return {
    kind,
    digits,
    role: 'second',
    input: form.input,
    amr: form.amr,
    wellFormed: (input) => normaliseDigits(input, digits) !== undefined,

    async authenticators(stores, realmId, userId): Promise<Authenticator[]> {
      const label = await form.label(stores, realmId, userId);
      // The address itself is the authenticator: it has no row of its own, and so the person's id.
      const id = userId as string as AuthenticatorId;
      return label === undefined ? [] : [{ id, kind, label, createdAt: new Date(0) }];
    },

    async issue(stores, whom, { replace }) {
      const code = drawDigits(digits, random);
      const stored = await stores.sentCodes.put(
        { ...whom, kind, digest: digestOf(whom, code), ttlSeconds: SENT_CODE_SECONDS },
        replace,
      );
      return stored ? code : undefined;
    },

    async check(stores, { realmId, userId, signInUid }, input): Promise<Check> {
      const code = normaliseDigits(input, digits);
      if (code === undefined) return { matched: false, reason: 'malformed' };
      if (signInUid === undefined) return { matched: false, reason: 'none_enrolled' };
      const sent = await stores.sentCodes.get(realmId, signInUid, kind);
      const digest = digestOf({ realmId, signInUid, userId }, code);
      const equal = timingSafeEqual(digest, sent?.digest ?? digestOf({ realmId, signInUid, userId }, ''));
      if (sent === undefined || userId === undefined) return { matched: false, reason: 'none_enrolled' };
      if (!equal || sent.userId !== userId) return { matched: false, reason: 'wrong' };
      if (sent.usedAt !== undefined) return { matched: false, reason: 'used' };
      if (sent.expiresAt <= clock()) return { matched: false, reason: 'expired' };
      return {
        matched: true,
        async spend({ sentCodes }) {
          const spent = await sentCodes.consume(realmId, signInUid, kind, digest);
          return spent ? { accepted: true, authenticatorId: undefined } : { accepted: false, reason: 'used' };
        },
      };
    },
  };
}
