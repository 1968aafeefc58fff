import type { ClientUuid, UserId } from '@sparekey/contracts';
import type { Consent, Client as OurClient } from '@sparekey/realms';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';

/** Claims of the protocol itself, which need nobody's consent. */
export const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']);

const spaced = (scope: string | undefined): string[] => (scope ?? '').split(' ').filter(Boolean);

/** What of a request a grant has neither allowed nor rejected yet. */
export function missingFromGrant(
  grant: Grant | undefined,
  requested: { scopes: Iterable<string>; claims: Iterable<string> },
): { scopes: string[]; claims: string[] } {
  const seenScopes = new Set(spaced(grant?.getOIDCScopeEncountered()));
  const seenClaims = new Set(grant?.getOIDCClaimsEncountered() ?? []);
  return {
    scopes: [...requested.scopes].filter((scope) => !seenScopes.has(scope)),
    claims: [...requested.claims].filter((claim) => !seenClaims.has(claim) && !PROTOCOL_CLAIMS.has(claim)),
  };
}

/** What a person allowed a client in any session before. */
export type ReadConsent = (userId: UserId, clientId: ClientUuid) => Promise<Consent | undefined>;

/** Narrows what is missing to what may be granted without asking. */
async function grantable(
  client: OurClient,
  accountId: string,
  missing: { scopes: string[]; claims: string[] },
  readConsent: ReadConsent,
): Promise<{ scopes: string[]; claims: string[] }> {
  if (!client.consentRequired) return missing;
  const given = await readConsent(accountId as UserId, client.id);
  return {
    scopes: missing.scopes.filter((scope) => given?.scopes.includes(scope)),
    claims: missing.claims.filter((claim) => given?.claims.includes(claim)),
  };
}

/**
 * The grant an authorization builds on: the one just consented to, else the one this session already gave the client. A
 * client that needs no consent is granted what it may ask for; one that does gets what the person allowed it before,
 * and is asked about the rest.
 */
export function grantLoader(realm: ServedRealm, readConsent: ReadConsent) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { oidc } = ctx;
    const { provider, session, account } = oidc;
    const clientId = oidc.client?.clientId;
    if (clientId === undefined || session === undefined || account === undefined) return undefined;

    const grantId = oidc.result?.consent?.grantId ?? session.grantIdFor(clientId);
    const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const existing = found?.accountId === account.accountId && found.clientId === clientId ? found : undefined;

    const client = await realm.client(clientId);
    if (client === undefined) return existing;
    const missing = missingFromGrant(existing, {
      scopes: oidc.requestParamOIDCScopes,
      claims: oidc.requestParamClaims,
    });
    if (missing.scopes.length === 0 && missing.claims.length === 0) return existing;
    const allowed = await grantable(client, account.accountId, missing, readConsent);
    if (allowed.scopes.length === 0 && allowed.claims.length === 0) return existing;
    const grant = existing ?? new provider.Grant({ accountId: account.accountId, clientId });
    if (allowed.scopes.length > 0) grant.addOIDCScope(allowed.scopes.join(' '));
    if (allowed.claims.length > 0) grant.addOIDCClaims(allowed.claims);
    await grant.save();
    return grant;
  };
}
