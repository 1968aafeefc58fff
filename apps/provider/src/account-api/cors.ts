import { AppError } from '@sparekey/contracts';
import type { Client } from '@sparekey/realms';
import type { Context } from 'koa';
import { ACCOUNT_SCOPE } from '../oidc/claims.ts';
import { originAllowed } from '../oidc/client-metadata.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

type Registered = Pick<Client, 'webOrigins' | 'redirectUris'>;

/** Seconds for which a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;

/** `*` opens nothing here: whoever wants a page to reach people's security names the page. */
const ofClient = ({ webOrigins, redirectUris }: Registered, origin: string): boolean =>
  originAllowed(
    webOrigins.filter((allowed) => allowed !== '*'),
    redirectUris,
    origin,
  );

const registered = new WeakMap<ServedRealm, Promise<readonly Registered[]>>();

/** Of the clients that may ask for the scope, read once for each state of the realm. */
function registeredOrigins(services: Services, realm: ServedRealm): Promise<readonly Registered[]> {
  let clients = registered.get(realm);
  if (clients === undefined) {
    clients = services.storage.stores.clients.originsWith(realm.realm.id, ACCOUNT_SCOPE);
    registered.set(realm, clients);
    clients.catch(() => registered.delete(realm));
  }
  return clients;
}

/**
 * Tells a browser that a page of this origin may read the answer, when any client of the realm that may use the API
 * registered it: a preflight carries no token that would name the client. Never `*`, never with credentials.
 */
export async function allowOrigin(services: Services, ctx: Context, realm: ServedRealm): Promise<boolean> {
  ctx.vary('Origin');
  const origin = ctx.get('origin');
  if (origin === '') return false;
  const clients = await registeredOrigins(services, realm);
  if (!clients.some((client) => ofClient(client, origin))) return false;
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Retry-After, X-Request-Id');
  return true;
}

/** Answers a preflight (Fetch §3.2). */
export function answerPreflight(ctx: Context, methods: readonly string[]): void {
  ctx.set('Access-Control-Allow-Methods', methods.join(', '));
  ctx.set('Access-Control-Allow-Headers', 'Authorization, Content-Type');
  ctx.set('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
  ctx.status = 204;
}

/** A token is used from the pages of its own client only. Programs that are no browser send no Origin. */
export function requireOwnOrigin(ctx: Context, client: Client): void {
  const origin = ctx.get('origin');
  if (origin === '' || ofClient(client, origin)) return;
  ctx.remove('Access-Control-Allow-Origin');
  throw new AppError('forbidden', `${origin} is no web origin of ${client.clientId}`, {
    publicMessage: 'This origin is not one of the application that the token was issued to.',
  });
}
