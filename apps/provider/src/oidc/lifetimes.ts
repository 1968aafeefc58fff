import type { Policy } from '@sparekey/policy';
import { ACR_MFA, ACR_PHR, ACR_RECOVERY } from '@sparekey/sign-in';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { policyOf } from '../policy/policy-for.ts';
import type { ServedRealm } from '../realms/cache.ts';
import { personOf } from './accounts.ts';

/** Seconds an interaction may take, enrolling a new factor included. */
const INTERACTION_SECONDS = 1800;
/** RFC 9700 §2.1.1 and FAPI 2.0 §5.3.2.1: at most one minute. */
const AUTHORIZATION_CODE_SECONDS = 60;

/** Seconds from the sign-in to the absolute end of a session, by the assurance that opened it. */
function longestSeconds({ session, recovery }: Policy, acr: string | undefined): number {
  if (acr === ACR_RECOVERY) return recovery.sessionMinutes * 60;
  const { oneFactorSeconds, multiFactorSeconds, phishingResistantSeconds } = session;
  const own = acr === ACR_PHR ? phishingResistantSeconds : acr === ACR_MFA ? multiFactorSeconds : oneFactorSeconds;
  return Math.min(session.absoluteSeconds, own);
}

/** Seconds a session has left at `now`: the idle time, cut at the absolute end counted from the sign-in. */
function sessionSeconds(
  policy: Policy,
  { acr, loginTs }: { acr?: string | undefined; loginTs?: number | undefined },
  now: number,
): number {
  const longest = longestSeconds(policy, acr);
  const untilEnd = loginTs === undefined ? longest : loginTs + longest - now;
  return Math.max(1, Math.min(policy.session.idleSeconds, untilEnd));
}

/** How long everything lives, in seconds: sessions by the policy the person is under, tokens by the realm's. */
export function lifetimes(realm: ServedRealm): Configuration['ttl'] {
  const { session, tokens } = realm.realm.policy;
  /** Of the person of this request, if it is about that one; else the realm's. */
  const policyIn = (ctx: KoaContextWithOIDC | undefined, accountId: string | undefined): Policy => {
    const person = personOf(ctx?.oidc.account);
    return person !== undefined && person.user.id === accountId ? policyOf(realm, person).policy : realm.realm.policy;
  };
  return {
    AccessToken: tokens.accessTokenSeconds,
    ClientCredentials: tokens.accessTokenSeconds,
    IdToken: tokens.idTokenSeconds,
    AuthorizationCode: AUTHORIZATION_CODE_SECONDS,
    Interaction: INTERACTION_SECONDS,
    // A rotated token inherits the end of the first: rotation never prolongs a family (ASVS 5.0 §10.4.8).
    // What a recovery lets an application have ends with the recovery: the person comes back with a factor.
    RefreshToken: (ctx) =>
      ctx?.oidc.entities.RotatedRefreshToken?.remainingTTL ??
      (ctx?.oidc.entities.AuthorizationCode?.acr === ACR_RECOVERY
        ? Math.min(
            policyIn(ctx, ctx.oidc.entities.AuthorizationCode.accountId).recovery.sessionMinutes * 60,
            tokens.refreshTokenSeconds,
          )
        : tokens.refreshTokenSeconds),
    Session: (ctx, current) => sessionSeconds(policyIn(ctx, current.accountId), current, Math.floor(Date.now() / 1000)),
    // Outlives every code and refresh token that can be issued on it.
    Grant: session.absoluteSeconds + tokens.refreshTokenSeconds,
  };
}
