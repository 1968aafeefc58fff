import type { UserId } from '@sparekey/contracts';
import type { Client } from '@sparekey/realms';
import type { ServedRealm } from '../realms/cache.ts';
import type { Engines } from './engines.ts';
import { type TokenSignIn, tokenSignIn } from './token-sign-in.ts';

/** An access token that is good at this moment: for whom it speaks, and through whom. */
export interface LiveToken extends TokenSignIn {
  userId: UserId;
  client: Client;
  sessionUid: string;
  scopes: ReadonlySet<string>;
}

/** Access tokens presented to our own resources. */
export interface AccessTokens {
  /**
   * Undefined for whatever is no token of this realm, expired or revoked; was issued to a client for itself, to one that
   * is disabled, or for another audience; is bound to a key (we ask for no proof of it here); or whose session has
   * ended, also when it came with offline access: without a session nobody is there whose account this is.
   */
  find(realm: ServedRealm, value: string): Promise<LiveToken | undefined>;
  /** The same for a token that a client got for itself (RFC 6749 §4.4). */
  ofClient(realm: ServedRealm, value: string): Promise<{ client: Client; scopes: ReadonlySet<string> } | undefined>;
}

export function createAccessTokens(engines: Engines): AccessTokens {
  return {
    async ofClient(realm, value) {
      const { provider } = await engines.of(realm);
      const token = await provider.ClientCredentials.find(value);
      if (token?.clientId === undefined || token.isSenderConstrained() || token.aud !== undefined) return undefined;
      const client = await realm.client(token.clientId);
      if (client?.serviceAccount !== true) return undefined;
      return { client, scopes: new Set((token.scope ?? '').split(' ')) };
    },
    async find(realm, value) {
      const { provider } = await engines.of(realm);
      const token = await provider.AccessToken.find(value);
      if (token?.sessionUid === undefined || token.isSenderConstrained() || token.aud !== undefined) return undefined;
      const { accountId, clientId, grantId, sessionUid } = token;
      if (clientId === undefined || grantId === undefined) return undefined;
      const [session, grant, client] = await Promise.all([
        provider.Session.findByUid(sessionUid),
        provider.Grant.find(grantId),
        realm.client(clientId),
      ]);
      if (client === undefined || session?.accountId !== accountId) return undefined;
      if (grant?.accountId !== accountId || grant.clientId !== clientId) return undefined;
      const granted = grant.getOIDCScopeFiltered(token.scopes);
      const scopes = new Set(granted.split(' '));
      return { userId: accountId as UserId, client, sessionUid, scopes, ...tokenSignIn(token) };
    },
  };
}
