import { requestOf } from '@sparekey/http';
import { hashOfScimToken, isOfKind, type ScimConnection, scimTokenPattern } from '@sparekey/provisioning';
import { reachOf } from '@sparekey/realms';
import { profiles, ScimError } from '@sparekey/scim';
import type { Context } from 'koa';
import { SCIM_SCOPES } from '../oidc/claims.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import type { ScimCall } from './call.ts';
import { preparedOf } from './prepared.ts';

const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** One answer for no token, a wrong one, and one of another connection: nobody learns which connections there are. */
function refuse(ctx: Context, error?: 'invalid_token'): never {
  ctx.set('WWW-Authenticate', `Bearer realm="scim"${error === undefined ? '' : `, error="${error}"`}`);
  throw new ScimError(401, undefined, 'A bearer token of this connection is needed.');
}

/** Some clients encode the token that was given to them once more. */
function meant(value: string, profile: string): string {
  if (scimTokenPattern.test(value) || profile !== 'generic') return value;
  return Buffer.from(value, 'base64').toString('latin1');
}

type Holder = Pick<ScimCall, 'actor' | 'mayWrite' | 'subject'>;

/** Access tokens of the realm count where the connection names their client; a person's open no more than /Me. */
async function ofAccessToken(
  { accessTokens }: Services,
  realm: ServedRealm,
  { settings: { clients } }: ScimConnection<'server'>,
  value: string,
): Promise<Holder | undefined> {
  if (clients.length === 0) return undefined;
  const own = await accessTokens.ofClient(realm, value);
  if (own !== undefined) {
    const mayWrite = own.scopes.has(SCIM_SCOPES.write);
    if (!clients.includes(own.client.clientId) || !(mayWrite || own.scopes.has(SCIM_SCOPES.read))) return undefined;
    return { actor: { kind: 'client', id: own.client.id }, mayWrite, subject: undefined };
  }
  const live = await accessTokens.find(realm, value);
  if (live === undefined || !clients.includes(live.client.clientId) || !live.scopes.has(SCIM_SCOPES.read))
    return undefined;
  return { actor: { kind: 'user', id: live.userId }, mayWrite: false, subject: live.userId };
}

async function holderOf(
  services: Services,
  realm: ServedRealm,
  connection: ScimConnection<'server'>,
  value: string,
): Promise<Holder | undefined> {
  const token = meant(value, connection.profile);
  if (!scimTokenPattern.test(token)) return ofAccessToken(services, realm, connection, value);
  const known = await services.storage.stores.scimTokens.use(realm.realm.id, hashOfScimToken(token));
  if (known?.connectionId !== connection.id) return undefined;
  return { actor: { kind: 'operator', name: `scim:${connection.name}` }, mayWrite: true, subject: undefined };
}

/** Who calls, and what it reaches. Errors: 401, 403 for a disabled connection, 503 for one that is paused. */
export async function authenticate(
  services: Services,
  ctx: Context,
  realm: ServedRealm,
  name: string,
): Promise<ScimCall> {
  const header = ctx.get('authorization');
  if (header === '') refuse(ctx);
  const [, value] = bearer.exec(header) ?? [];
  const connection = await services.storage.stores.scimConnections.byName(realm.realm.id, name);
  if (value === undefined || connection === undefined || !isOfKind(connection, 'server')) refuse(ctx, 'invalid_token');
  const holder = await holderOf(services, realm, connection, value);
  if (holder === undefined) refuse(ctx, 'invalid_token');
  if (connection.state === 'disabled') throw new ScimError(403, undefined, 'This connection is disabled.');
  if (connection.state !== 'active') {
    ctx.set('Retry-After', '300');
    throw new ScimError(503, undefined, 'This connection is paused; try again later.');
  }
  const { registry, toAccount, told } = preparedOf(connection);
  return {
    services,
    realm,
    connection,
    reach: { ...reachOf(realm, connection, connection.settings), ...(told && { told }) },
    registry,
    toAccount,
    tolerances: profiles[connection.profile as keyof typeof profiles] ?? profiles.strict,
    base: `${realm.issuer}/scim/v2/${connection.name}`,
    ...holder,
    origin: services.originOf(ctx),
    log: requestOf(ctx).log,
  };
}
