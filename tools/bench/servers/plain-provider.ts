import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';
import { benchClients, REDIRECT_URI } from '../clients.ts';

/**
 * oidc-provider as its documentation shows it, with the features, algorithms and lifetimes that ours has, and every
 * interaction finished at once for the one person there is: what any implementation on this library starts from.
 */
export async function plainProvider(adapter?: Configuration['adapter']): Promise<{ server: Server; issuer: string }> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    ...(adapter ? { adapter } : {}),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'bench' }] },
    clients: benchClients.map(({ clientId, secret, grants }) => ({
      client_id: clientId,
      client_secret: secret,
      grant_types: grants,
      redirect_uris: grants.includes('authorization_code') ? [REDIRECT_URI] : [],
      response_types: grants.includes('authorization_code') ? ['code'] : [],
      id_token_signed_response_alg: 'ES256',
    })),
    cookies: { keys: ['bench'] },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: {
      openid: ['sub', 'acr', 'amr'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      claimsParameter: { enabled: true },
      backchannelLogout: { enabled: true },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: async (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({
        sub,
        name: 'Bench Person',
        preferred_username: 'bench',
        email: 'bench@example.com',
        email_verified: true,
      }),
    }),
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email offline_access');
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      ClientCredentials: 300,
      Grant: 1_209_600,
      IdToken: 300,
      Interaction: 1800,
      RefreshToken: 1_209_600,
      Session: 1_209_600,
    },
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    await provider.interactionFinished(ctx.req, ctx.res, {
      login: { accountId: 'bench-person', acr: 'urn:sparekey:acr:1fa', amr: ['pwd'] },
    });
    ctx.respond = false;
  });
  server.on('request', provider.callback());
  return { server, issuer };
}
