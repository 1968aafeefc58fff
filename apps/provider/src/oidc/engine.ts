import { origin, requestOf } from '@sparekey/http';
import type { Client as OurClient } from '@sparekey/realms';
import { acrSatisfies } from '@sparekey/sign-in';
import type { Storage } from '@sparekey/storage';
import type Koa from 'koa';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import Provider, { errors } from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';
import type { ReadClaims } from './accounts.ts';
import { answerActionStatus } from './actions.ts';
import { toClientMetadata } from './client-metadata.ts';
import { configurationOf } from './configuration.ts';
import { isDocument } from './documents.ts';
import { widenFormTargets } from './form-targets.ts';
import { introspectionClaims } from './introspection.ts';
import { endSessionsInOneTransaction } from './logout-delivery.ts';
import { narrowGrants } from './narrow-grants.ts';
import type { OidcPages } from './pages.ts';
import { requestedAcrs } from './requested-acrs.ts';

export interface EngineParts {
  storage: Storage;
  pages: OidcPages;
  publicUrl: URL;
}

/** Claims that came with the token or session of this request, else a statement of their own. */
function claimsReader({ storage }: EngineParts): ReadClaims {
  return async (realmId, userId) => {
    const prefetched = storage.oidc.prefetchedClaims(realmId, userId);
    if (prefetched !== undefined) return prefetched ?? undefined;
    return storage.stores.users.claims(realmId, userId);
  };
}

/** Signs the cookies of one realm, so that one carried over to another realm is no cookie there. */
const cookieKey = (realm: ServedRealm, storage: Storage): string =>
  storage.keyring.deriveKey(`cookies/${realm.realm.id}`).toString('base64url');

/** The claims of the account that stands for a client of the client credentials grant. */
function serviceAccountReader(realm: ServedRealm, { storage }: EngineParts) {
  return async (client: OurClient): ReturnType<ReadClaims> => {
    if (!client.serviceAccount) return undefined;
    const { users } = storage.stores;
    const user = await users.byLogin(realm.realm.id, `service-account-${client.clientId}`);
    if (user?.serviceAccountClientId !== client.id) return undefined;
    return users.claims(realm.realm.id, user.id);
  };
}

/**
 * Has the engine find clients in the realm's cache, as ready objects: its own way hashes the metadata of a client at
 * every look-up and keeps a hundred of them.
 */
function serveClients(provider: Provider, realm: ServedRealm): void {
  const ready = new Map<string, Promise<Client>>();
  provider.Client.find = async (clientId: string) => {
    if (typeof clientId !== 'string') return undefined;
    const client = await realm.client(clientId);
    if (client === undefined) return undefined;
    let instance = ready.get(clientId);
    if (instance === undefined) {
      const Constructor = provider.Client as unknown as new (metadata: object) => Client;
      instance = Promise.resolve(new Constructor(toClientMetadata(client)));
      ready.set(clientId, instance);
    }
    return instance;
  };
}

/** Every URL comes from the issuer, whatever Host or forwarded headers a request carries. */
function buildUrlsFromIssuer(provider: Provider): void {
  provider.OIDCContext.prototype.urlFor = (name, options) => provider.urlFor(name, options);
}

/**
 * Names the class that was reached as the client asked for it: who made 1fa essential gets `1fa`, although the session
 * is stronger, because the answer must be one of the values asked for (OIDC Core §5.5.1.1).
 */
function answerEssentialAcr(provider: Provider): void {
  Object.defineProperty(provider.OIDCContext.prototype, 'acr', {
    configurable: true,
    get(this: KoaContextWithOIDC['oidc']) {
      const have = this.session?.acr;
      const { values, essential } = requestedAcrs(this.params ?? {});
      if (!essential || have === undefined || values.includes(have)) return have;
      return values.find((wanted) => acrSatisfies(have, wanted)) ?? have;
    },
  });
}

/** One OIDC engine for one state of one realm. Costs about 2 ms and 0.2 MB. */
export function createEngine(realm: ServedRealm, parts: EngineParts): Provider {
  const readClaims = claimsReader(parts);
  const adapter = parts.storage.oidc.adapterFor({
    realmId: realm.realm.id,
    findClient: async (clientId) => {
      const client = await realm.client(clientId);
      return client === undefined ? undefined : { ...toClientMetadata(client) };
    },
    invalidGrant: (message) => new errors.InvalidGrant(message),
    invalidRequestUri: (message) => new errors.InvalidRequestUri(message),
  });
  const provider = new Provider(
    realm.issuer,
    configurationOf({
      realm,
      adapter,
      readClaims,
      readServiceAccount: serviceAccountReader(realm, parts),
      readConsent: (userId, clientId) => parts.storage.stores.consents.get(realm.realm.id, userId, clientId),
      readGrace: (userId) => parts.storage.stores.policies.graceOf(realm.realm.id, userId),
      pages: parts.pages,
      cookieKeys: [cookieKey(realm, parts.storage)],
      https: parts.publicUrl.protocol === 'https:',
    }),
  );
  // The app in front has overwritten Host and the forwarded headers with the public URL.
  provider.proxy = true;
  serveClients(provider, realm);
  narrowGrants(provider, realm);
  buildUrlsFromIssuer(provider);
  answerEssentialAcr(provider);
  answerActionStatus(provider);
  endSessionsInOneTransaction(provider, realm, parts);
  // The response goes out when this middleware has resolved: after everything it tells of is stored.
  provider.use((ctx, next) =>
    isDocument(ctx.path) ? next() : parts.storage.oidc.withRequest({ origin: origin(ctx) }, next),
  );
  provider.use(introspectionClaims());
  provider.use(widenFormTargets());
  (provider as Koa).on('error', (err: unknown, ctx?: Koa.Context) => {
    if (ctx !== undefined) requestOf(ctx).log.error({ err }, 'the OIDC engine failed');
  });
  provider.on('server_error', (ctx, err) => requestOf(ctx).log.error({ err }, 'the OIDC engine failed'));
  return provider;
}
