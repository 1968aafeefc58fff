import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { AuthenticatorId, RealmId, UserId } from '@sparekey/contracts';
import type { Policy } from '@sparekey/policy';
import type { Asked, Check, Factor, Verdict } from '../factor.ts';
import type { FactorStores } from '../ports.ts';
import { readAssertion, readRegistration } from './answer.ts';
import { creationOptions, handleOf, requestOptions, type WebAuthnNames } from './options.ts';
import type { Ceremony } from './ports.ts';
import { type Registration, verifyAssertion, verifyRegistration, type WebAuthnSite } from './verify.ts';

/** NIST and WebAuthn L3 §13.4.3 ask for 16 bytes at least. */
const CHALLENGE_BYTES = 32;

/** The sign-in page may stand open for a while and still fill in a passkey; everything else is done at once. */
const CHALLENGE_SECONDS = { first: 3600, second: 900, register: 900 };

/** Whose ceremony it is. */
export interface WebAuthnHolder {
  realmId: RealmId;
  userId: UserId;
  policy: Policy;
}

/** A verified new credential, still without effect. */
export type RegistrationCheck =
  | {
      matched: true;
      registration: Registration;
      /**
       * Spends the challenge and binds the credential under its label. Guarded: of parallel calls one is accepted, the
       * others are refused as `used`; `taken` when the credential id is bound already, to whomever.
       */
      confirm(stores: FactorStores, label: string): Promise<AuthenticatorId | 'used' | 'taken'>;
    }
  | {
      matched: false;
      reason: 'malformed' | 'expired' | 'wrong' /** The policy does not take this model. */ | 'refused';
    };

export interface WebAuthnFactor extends Factor {
  readonly kind: 'webauthn';
  /** Options for navigator.credentials.get, with the challenge of this place. `first` names nobody and asks for nobody. */
  ask(
    stores: FactorStores,
    realmId: RealmId,
    policy: Policy,
    asked: Asked,
    userId: UserId | undefined,
  ): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** The owner of the credential that an answer names, for a sign-in that began without a name; proves nothing. */
  ownerOf(stores: FactorStores, realmId: RealmId, input: string): Promise<UserId | undefined>;
  /** Options for navigator.credentials.create. */
  begin(
    stores: FactorStores,
    holder: WebAuthnHolder,
    place: string,
    names: WebAuthnNames,
  ): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** Verifies a new credential; writes nothing. */
  checkNew(stores: FactorStores, holder: WebAuthnHolder, place: string, input: string): Promise<RegistrationCheck>;
}

export interface WebAuthnDependencies {
  site: WebAuthnSite;
  clock: () => Date;
  random: (count: number) => Buffer;
}

export function createWebAuthnFactor({ site, clock, random }: WebAuthnDependencies): WebAuthnFactor {
  const challengeOf = (stores: FactorStores, ceremony: Ceremony) =>
    stores.webauthn.challenge(ceremony, random(CHALLENGE_BYTES), CHALLENGE_SECONDS[ceremony.purpose]);

  return {
    kind: 'webauthn',
    role: 'second',
    input: 'webauthn',
    amr: ['pop'],
    wellFormed: (input) => readAssertion(input) !== undefined,

    async authenticators(stores, realmId, userId) {
      const all = await stores.webauthn.list(realmId, userId);
      return all.map(({ id, label, createdAt, lastUsedAt }) => ({
        id,
        kind: 'webauthn',
        label,
        createdAt,
        ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
      }));
    },

    async ask(stores, realmId, policy, asked, userId) {
      const held = userId === undefined ? [] : await stores.webauthn.list(realmId, userId);
      const challenge = await challengeOf(stores, ceremonyOf(realmId, asked, userId));
      return requestOptions(site, challenge, held, verificationOf(asked, policy));
    },

    async ownerOf(stores, realmId, input) {
      const answer = readAssertion(input);
      return answer && (await stores.webauthn.byCredentialId(realmId, answer.credentialId))?.userId;
    },

    /**
     * Who does not exist costs less here than who does: only someone with a credential id can tell the two apart, and
     * these are random and told to nobody before a first proof.
     */
    async check(stores, { realmId, userId, policy, asked }, input): Promise<Check> {
      const answer = readAssertion(input);
      if (answer === undefined) return { matched: false, reason: 'malformed' };
      if (asked === undefined) return { matched: false, reason: 'expired' };
      const authenticator = await stores.webauthn.byCredentialId(realmId, answer.credentialId);
      if (authenticator === undefined || userId === undefined) return { matched: false, reason: 'none_enrolled' };
      if (authenticator.userId !== userId) return { matched: false, reason: 'wrong' };
      // A first proof says by its handle whom it is about (WebAuthn L3 §7.2 step 6); a second one may leave it out.
      const named = answer.userHandle ?? (asked.purpose === 'second' ? handleOf(userId) : undefined);
      if (named === undefined || !handleOf(userId).equals(named)) return { matched: false, reason: 'wrong' };

      const ceremony = ceremonyOf(realmId, asked, userId);
      const challenge = await stores.webauthn.openChallenge(ceremony);
      if (challenge === undefined) return { matched: false, reason: 'expired' };
      const requireUserVerification = verificationOf(asked, policy) === 'required';
      const assertion = await verifyAssertion(answer, { site, challenge, requireUserVerification }, authenticator);
      if (assertion === undefined) return { matched: false, reason: 'wrong' };
      return {
        matched: true,
        async spend({ webauthn: store }): Promise<Verdict> {
          if (!(await store.consumeChallenge(ceremony, challenge))) return { accepted: false, reason: 'used' };
          const use = await store.used(realmId, userId, authenticator.id, assertion);
          if (use === undefined) return { accepted: false, reason: 'none_enrolled' };
          const accepted = { accepted: true, authenticatorId: authenticator.id } as const;
          if (use.grown) return accepted;
          const regression = { stored: use.stored, received: assertion.counter };
          return policy.webauthn.counterRegression === 'report'
            ? { ...accepted, regression }
            : { ...accepted, accepted: false, reason: 'counter_regressed', regression };
        },
      };
    },

    async begin(stores, { realmId, userId, policy }, place, names) {
      const held = await stores.webauthn.list(realmId, userId);
      const challenge = await challengeOf(stores, { realmId, place, purpose: 'register', userId });
      return creationOptions(site, challenge, held, { userId, names, policy: policy.webauthn });
    },

    async checkNew(stores, { realmId, userId, policy }, place, input): Promise<RegistrationCheck> {
      const answer = readRegistration(input);
      if (answer === undefined) return { matched: false, reason: 'malformed' };
      const ceremony: Ceremony = { realmId, place, purpose: 'register', userId };
      const challenge = await stores.webauthn.openChallenge(ceremony);
      if (challenge === undefined) return { matched: false, reason: 'expired' };
      const requireUserVerification = policy.webauthn.userVerification === 'required';
      const expected = { site, challenge, requireUserVerification };
      const registration = await verifyRegistration(answer, expected, policy.webauthn, clock());
      if (typeof registration === 'string') return { matched: false, reason: registration };
      return {
        matched: true,
        registration,
        async confirm({ webauthn: store }, label) {
          if (!(await store.consumeChallenge(ceremony, challenge))) return 'used';
          return (await store.add(realmId, { ...registration, userId, label })) ?? 'taken';
        },
      };
    },
  };
}

/** A first proof begins with nobody: its challenge is bound to the place alone. */
function ceremonyOf(realmId: RealmId, { place, purpose }: Asked, userId: UserId | undefined): Ceremony {
  return { realmId, place, purpose, userId: purpose === 'first' ? undefined : userId };
}

function verificationOf({ purpose }: Asked, { webauthn }: Policy) {
  return purpose === 'first' ? 'required' : webauthn.userVerification;
}
