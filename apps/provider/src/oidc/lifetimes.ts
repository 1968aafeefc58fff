import type { Policy } from '@sparekey/policy';
import { ACR_RECOVERY } from '@sparekey/sign-in';
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
export function lifetimes({ session, tokens, recovery }: Policy): Configuration['ttl'] {
  const recoverySeconds = recovery.sessionMinutes * 60;
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
        ? Math.min(recoverySeconds, tokens.refreshTokenSeconds)
        : tokens.refreshTokenSeconds),
    Session: (_ctx, { acr, loginTs }) => {
      const absoluteSeconds = acr === ACR_RECOVERY ? recoverySeconds : session.absoluteSeconds;
      return sessionSeconds({ ...session, absoluteSeconds }, loginTs, Math.floor(Date.now() / 1000));
    },
    // Outlives every code and refresh token that can be issued on it.
    Grant: session.absoluteSeconds + tokens.refreshTokenSeconds,
  };
}
