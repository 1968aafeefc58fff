import type Provider from 'oidc-provider';
import type { Grant } from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';

/** Every client's, whatever stands in its list. */
const ALWAYS = ['openid', 'offline_access'];

/**
 * A scope that was taken from a client is gone from what people granted it before: refresh tokens, offline ones too, and
 * userinfo ask the grant (GHSA-895x-rfqp-jh5c).
 */
export function narrowGrants(provider: Provider, realm: ServedRealm): void {
  const find = provider.Grant.find.bind(provider.Grant) as (...args: unknown[]) => Promise<Grant | undefined>;
  const narrowed = async (...args: unknown[]): Promise<Grant | undefined> => {
    const grant = await find(...args);
    const scopes = grant?.openid?.scope?.split(' ');
    if (grant?.clientId === undefined || scopes === undefined) return grant;
    const allowed = new Set([...ALWAYS, ...((await realm.client(grant.clientId))?.scopes ?? [])]);
    const left = scopes.filter((scope) => allowed.has(scope));
    if (left.length < scopes.length) grant.openid = { ...grant.openid, scope: left.join(' ') };
    return grant;
  };
  Object.assign(provider.Grant, { find: narrowed });
}
