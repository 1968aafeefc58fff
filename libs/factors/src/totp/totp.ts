import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import { type Check, type Factor, NOBODY, type Refusal, type Verdict } from '../factor.ts';
import type { FactorStores, TotpAuthenticator } from '../ports.ts';
import { matchingSteps, normaliseTotp, type StepMatch, type TotpParameters } from './code.ts';
import { setupOf, type TotpNames, type TotpSetup } from './enrolment.ts';

/** What every authenticator app understands; several of them ignore anything else in the URI. */
const NEW_AUTHENTICATOR = { algorithm: 'sha1', digits: 6, periodSeconds: 30 } as const;

/** RFC 4226 §4 R6 recommends 160 bits. */
const SECRET_BYTES = 20;

export interface TotpEnrolment extends TotpSetup {
  id: AuthenticatorId;
}

/** The outcome of the first code of an authenticator being enrolled, still without effect. */
export type PendingTotpCheck =
  | {
      matched: true;
      id: AuthenticatorId;
      /**
       * Confirms it under its label and spends the step of its first code. Guarded: of parallel calls one is accepted,
       * the others are refused as `used`.
       */
      confirm(stores: FactorStores, label: string): Promise<Verdict>;
    }
  | { matched: false; reason: Refusal };

export interface TotpFactor extends Factor {
  readonly kind: 'totp';
  /** Begins an enrolment with a new secret; one begun before and not confirmed ends. */
  begin(stores: FactorStores, realmId: RealmId, userId: UserId, names: TotpNames): Promise<TotpEnrolment>;
  /** The enrolment that waits for its first code, for a page that is shown again. */
  pending(stores: FactorStores, realmId: RealmId, userId: UserId, names: TotpNames): Promise<TotpEnrolment | undefined>;
  /** Tries the first code; writes nothing. */
  checkPending(stores: FactorStores, realmId: RealmId, userId: UserId, input: string): Promise<PendingTotpCheck>;
}

export interface TotpDependencies {
  clock: () => Date;
  random: (count: number) => Buffer;
}

export function createTotpFactor({ clock, random }: TotpDependencies): TotpFactor {
  /** Computed for people without an authenticator, so that their refusal takes the same work. */
  const nobody: TotpParameters = { ...NEW_AUTHENTICATOR, secret: random(SECRET_BYTES) };

  return {
    kind: 'totp',
    role: 'second',
    input: 'otp',
    amr: ['otp'],
    wellFormed: (input) => normaliseTotp(input) !== undefined,

    async authenticators(stores, realmId, userId) {
      const all = await stores.totp.list(realmId, userId);
      return all.map(({ id, label, createdAt, lastUsedAt }) => ({
        id,
        kind: 'totp',
        label,
        createdAt,
        ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
      }));
    },

    async check(stores, { realmId, userId }, input): Promise<Check> {
      const code = normaliseTotp(input);
      if (code === undefined) return { matched: false, reason: 'malformed' };
      const now = clock();
      const all = await stores.totp.list(realmId, userId ?? NOBODY);
      if (userId === undefined || all.length === 0) {
        matchingSteps(nobody, code, now);
        return { matched: false, reason: 'none_enrolled' };
      }
      const matches = all.flatMap((totp) => matchingSteps(totp, code, now).map((match) => ({ totp, ...match })));
      const fresh = newestOfEach(matches.filter(({ totp, step }) => step > totp.lastStep));
      const [first] = fresh;
      if (first === undefined) return { matched: false, reason: matches.length > 0 ? 'used' : 'wrong' };
      return {
        matched: true,
        async spend({ totp: store }) {
          // The same secret may be enrolled twice, by import: the code is then spent in both, or it would work twice.
          let accepted = true;
          for (const { totp, step, driftSteps } of fresh) {
            const moved = await store.consumeStep(realmId, userId, totp.id, step, driftSteps);
            accepted &&= moved;
          }
          if (!accepted) return { accepted: false, reason: 'used' };
          return { accepted: true, authenticatorId: first.totp.id, driftSteps: first.driftSteps };
        },
      };
    },

    async begin(stores, realmId, userId, names) {
      const parameters = { ...NEW_AUTHENTICATOR, secret: random(SECRET_BYTES) };
      const id = await stores.totp.add(realmId, userId, { ...parameters, label: '', lastStep: 0, driftSteps: 0 });
      return { id, ...setupOf(parameters, names) };
    },

    async pending(stores, realmId, userId, names) {
      const totp = await stores.totp.pending(realmId, userId);
      return totp === undefined ? undefined : { id: totp.id, ...setupOf(totp, names) };
    },

    async checkPending(stores, realmId, userId, input): Promise<PendingTotpCheck> {
      const code = normaliseTotp(input);
      if (code === undefined) return { matched: false, reason: 'malformed' };
      const totp = await stores.totp.pending(realmId, userId);
      if (totp === undefined) return { matched: false, reason: 'none_enrolled' };
      const [match] = matchingSteps(totp, code, clock());
      if (match === undefined) return { matched: false, reason: 'wrong' };
      return {
        matched: true,
        id: totp.id,
        async confirm({ totp: store }, label) {
          const confirmed = await store.confirm(realmId, userId, totp.id, label, match.step);
          if (!confirmed) return { accepted: false, reason: 'used' };
          return { accepted: true, authenticatorId: totp.id, driftSteps: match.driftSteps };
        },
      };
    },
  };
}

type Match = StepMatch & { totp: TotpAuthenticator };

/**
 * One match for each authenticator, the newest: spending it spends the older ones too. In order of id, so that parallel
 * requests lock their rows in one order.
 */
function newestOfEach(matches: Match[]): Match[] {
  const newest = new Map<AuthenticatorId, Match>();
  for (const match of matches) {
    const known = newest.get(match.totp.id);
    if (known === undefined || known.step < match.step) newest.set(match.totp.id, match);
  }
  return [...newest.values()].sort((a, b) => (a.totp.id < b.totp.id ? -1 : 1));
}
