import { realmPath } from '../page-view.ts';
import type { ServedRealm } from '../realms/cache.ts';

/** Where a link to a new password is asked for: within a sign-in, and nowhere else. */
export function forgotPath(realm: ServedRealm, uid: string): string {
  return `${realmPath(realm)}/sign-in/${uid}/forgot`;
}

/** Below the realm's own address, as a mail carries it; the token is the last segment. */
export const verifyEmailPath = (token: string): string => `/verify-email/${token}`;

/** Paths of requests, by realm and uid or token. */
export const mailLinkPaths = {
  forgot: /^\/realms\/([^/]+)\/sign-in\/([A-Za-z0-9_-]{1,64})\/forgot$/,
  resetPassword: /^\/realms\/([^/]+)\/reset-password\/([A-Za-z0-9_-]{1,64})$/,
  verifyEmail: /^\/realms\/([^/]+)\/verify-email\/([A-Za-z0-9_-]{1,64})$/,
};
