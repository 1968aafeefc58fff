import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Origin } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import { defaultPolicy } from '@sparekey/policy';
import Provider, { errors, type JWKS } from 'oidc-provider';
import { openStorage, type Storage } from '../src/index.ts';

const secret = 'a-client-secret-of-some-length-0123456789';
const client = (clientId: string) => ({
  client_id: clientId,
  client_secret: secret,
  redirect_uris: [`https://${clientId}.example/callback`],
  grant_types: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  response_types: ['code'],
});
const clients = new Map([client('app'), client('other')].map((one) => [one.client_id, one]));

const origin: Origin = { ip: '192.0.2.7', userAgent: 'test browser', requestId: 'r-1' };

export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
}

/** A real oidc-provider over HTTP on our storage, with a sign-in page that asks nothing. */
export interface TestEngine {
  readonly storage: Storage;
  readonly provider: Provider;
  readonly realmId: RealmId;
  readonly userId: UserId;
  /** Names of the statements sent since the last call. */
  statements(): string[];
  /** From the first redirect to the code. */
  authorize(clientId?: string, browser?: Browser): Promise<{ code: string; verifier: string }>;
  token(parameters: Record<string, string>, clientId?: string): Promise<Response>;
  redeem(code: { code: string; verifier: string }, clientId?: string): Promise<Response>;
  signIn(browser?: Browser): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Response>;
  userinfo(accessToken: string): Promise<Response>;
  introspect(token: string, hint?: string): Promise<Record<string, unknown>>;
  revoke(token: string): Promise<Response>;
  post(path: string, parameters: Record<string, string>, clientId?: string): Promise<Response>;
  /** Events of the audit trail, oldest first. */
  audited(): Promise<{ type: string; client_id: string | null; ip: string | null; subject_id: string | null }[]>;
  close(): Promise<void>;
}

/** Cookies by name; the engine scopes them by path, one realm and one flow at a time need no more here. */
export class Browser {
  readonly cookies = new Map<string, string>();

  async get(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=', 2);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

export async function startEngine(databaseUrl: string): Promise<TestEngine> {
  const sent: string[] = [];
  const storage = await openStorage({
    databaseUrl,
    masterKey: Buffer.alloc(32, 1),
    onStatement: (name) => sent.push(name),
  });
  const { realms, users } = storage.stores;
  const realm = await realms.create({
    name: `r${randomBytes(4).toString('hex')}`,
    enabled: true,
    policy: defaultPolicy,
    attributes: {},
  });
  const user = await users.create({
    realmId: realm.id,
    username: `user-${randomUUID()}`,
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: [],
  });

  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createProvider(issuer, storage, realm.id, user.id);
  server.on('request', provider.callback());

  const post: TestEngine['post'] = (path, parameters, clientId = 'app') =>
    fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(parameters),
    });
  const engine: TestEngine = {
    storage,
    provider,
    realmId: realm.id,
    userId: user.id,
    statements: () => sent.splice(0),
    post,
    token: (parameters, clientId) => post('/token', parameters, clientId),
    async authorize(clientId = 'app', browser = new Browser()) {
      const verifier = randomBytes(32).toString('base64url');
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: `https://${clientId}.example/callback`,
        response_type: 'code',
        scope: 'openid offline_access',
        prompt: browser.cookies.has('_session') ? '' : 'consent',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state: 's',
      });
      if (query.get('prompt') === '') query.delete('prompt');
      let location = `${issuer}/auth?${query}`;
      while (location.startsWith(issuer)) {
        const page = await browser.get(location, { method: location.includes('/interaction/') ? 'POST' : 'GET' });
        const next = page.headers.get('location');
        if (next === null) throw new Error(`${page.status} at ${location}: ${await page.text()}`);
        location = new URL(next, issuer).href;
      }
      const code = new URL(location).searchParams.get('code');
      if (code === null) throw new Error(`no code in ${location}`);
      return { code, verifier };
    },
    redeem: ({ code, verifier }, clientId = 'app') =>
      engine.token(
        {
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: `https://${clientId}.example/callback`,
        },
        clientId,
      ),
    async signIn(browser) {
      const response = await engine.redeem(await engine.authorize('app', browser));
      if (response.status !== 200) throw new Error(await response.text());
      return (await response.json()) as Tokens;
    },
    refresh: (refreshToken) => engine.token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    userinfo: (accessToken) => fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } }),
    async introspect(token, hint) {
      const response = await post('/token/introspection', { token, ...(hint ? { token_type_hint: hint } : {}) });
      return (await response.json()) as Record<string, unknown>;
    },
    revoke: (token) => post('/token/revocation', { token }),
    audited: () =>
      storage.database.rows({
        name: 'test_audited',
        text: 'select type, client_id, host(ip) as ip, subject_id from audit_event where realm_id = $1 order by at, id',
        values: [realm.id],
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await storage.close();
    },
  };
  return engine;
}

function createProvider(issuer: string, storage: Storage, realmId: RealmId, userId: UserId): Provider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = new Provider(issuer, {
    adapter: storage.oidc.adapterFor({
      realmId,
      findClient: async (clientId) => clients.get(clientId),
      invalidGrant: (message) => new errors.InvalidGrant(message),
      invalidRequestUri: (message) => new errors.InvalidRequestUri(message),
    }),
    async findAccount(_ctx, accountId) {
      const prefetched = storage.oidc.prefetchedClaims(realmId, accountId as UserId);
      const claims =
        prefetched === undefined ? await storage.stores.users.claims(realmId, accountId as UserId) : prefetched;
      return claims ? { accountId, claims: () => ({ sub: accountId, name: claims.user.username }) } : undefined;
    },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] } as JWKS,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: ['cookie-key'] },
    scopes: ['openid', 'offline_access'],
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
    },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      AccessToken: 600,
      AuthorizationCode: 60,
      DeviceCode: 600,
      RefreshToken: 3600,
      ClientCredentials: 600,
      IdToken: 600,
    },
  });
  provider.silent = true;
  provider.use((_ctx, next) => storage.oidc.withRequest({ origin }, next));
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const grant = new provider.Grant({ accountId: userId, clientId: String(interaction.params.client_id) });
    grant.addOIDCScope('openid offline_access');
    const result = { login: { accountId: userId }, consent: { grantId: await grant.save() } };
    ctx.status = 303;
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  });
  return provider;
}
