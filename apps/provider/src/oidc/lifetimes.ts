import type { Policy } from '@sparekey/policy';
import type { Configuration } from 'oidc-provider';

/** Seconds an interaction may take, enrolling a new factor included. */
const INTERACTION_SECONDS = 1800;
/** RFC 9700 §2.1.1 and FAPI 2.0 §5.3.2.1: at most one minute. */
const AUTHORIZATION_CODE_SECONDS = 60;

/** Seconds a session has left at `now`: the idle time, cut at the absolute end counted from the sign-in. */
function sessionSeconds(policy: Policy['session'], signedInAt: number | undefined, now: number): number {
  const untilEnd = signedInAt === undefined ? policy.absoluteSeconds : signedInAt + policy.absoluteSeconds - now;
  return Math.max(1, Math.min(policy.idleSeconds, untilEnd));
}

/** How long everything lives, in seconds, by the realm's policy. */
export function lifetimes({ session, tokens }: Policy): Configuration['ttl'] {
  return {
    AccessToken: tokens.accessTokenSeconds,
    ClientCredentials: tokens.accessTokenSeconds,
    IdToken: tokens.idTokenSeconds,
    AuthorizationCode: AUTHORIZATION_CODE_SECONDS,
    Interaction: INTERACTION_SECONDS,
    // A rotated token inherits the end of the first: rotation never prolongs a family (ASVS 5.0 §10.4.8).
    RefreshToken: (ctx) => ctx?.oidc.entities.RotatedRefreshToken?.remainingTTL ?? tokens.refreshTokenSeconds,
    Session: (_ctx, current) => sessionSeconds(session, current.loginTs, Math.floor(Date.now() / 1000)),
    // Outlives every code and refresh token that can be issued on it.
    Grant: session.absoluteSeconds + tokens.refreshTokenSeconds,
  };
}
