import type { ClientFile, RealmFile } from '@sparekey/contracts';
import type { Findings } from './findings.ts';
import { below } from './path.ts';

/** Scopes a client may be given; each brings the claims of its name. */
export const grantableScopes = ['profile', 'email', 'phone', 'address', 'roles', 'groups', 'organization'] as const;

/** Opens the account REST: for the clients that name it themselves, never by way of a realm's defaults. */
const ACCOUNT_SCOPE = 'account';

/** Keycloak's built-in scopes for what every client has here without asking. */
const alwaysThere = new Set(['openid', 'offline_access', 'acr', 'basic', 'web-origins', 'service_account']);

/**
 * The scopes a client may ask for. Keycloak tells default ones (always granted) from optional ones (granted when asked
 * for); here every scope is asked for. Without lists the realm's apply, and without these all of ours.
 */
export function scopesFromFile(file: RealmFile, client: ClientFile, path: string, findings: Findings): string[] {
  const listed = (owner: ClientFile | RealmFile, prefix: string, keys: readonly string[]) =>
    keys.flatMap((key) => {
      const names = (owner as Record<string, unknown>)[key] as string[] | undefined;
      return names === undefined ? [] : names.map((name, index) => ({ name, path: below(prefix, key, index) }));
    });
  const own = client.defaultClientScopes !== undefined || client.optionalClientScopes !== undefined;
  const entries = own
    ? listed(client, path, ['defaultClientScopes', 'optionalClientScopes'])
    : listed(file, '', ['defaultDefaultClientScopes', 'defaultOptionalClientScopes']);
  if (!own && entries.length === 0) return [...grantableScopes];
  const accepted = new Set<string>();
  for (const { name, path: where } of entries) {
    if ((grantableScopes as readonly string[]).includes(name) || (own && name === ACCOUNT_SCOPE)) accepted.add(name);
    else if (own && !alwaysThere.has(name))
      findings.unsupported.push({ path: where, why: `there is no scope ${name}` });
  }
  return [...accepted];
}
