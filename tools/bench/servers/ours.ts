/**
 * The provider as it is deployed (its own server, storage, keys, client cache, documents from memory), with a route in the
 * place of the journey that finishes every interaction at once, as the other servers of the comparison do. What the
 * journey itself costs is measured on its own.
 */
import { createLogger, createServer, listen } from '@sparekey/http';
import { defaultPolicy } from '@sparekey/policy';
import { createProviderServer, type Routes, routeGroup } from '@sparekey/provider';
import { ensureSigningKeys } from '@sparekey/realms';
import { openStorage } from '@sparekey/storage';
import { benchClients, REDIRECT_URI } from '../clients.ts';
import { freePort } from './free-port.ts';
import { reportToBench } from './report.ts';

const port = await freePort();
const publicUrl = new URL(`http://127.0.0.1:${port}`);
const storage = await openStorage({
  databaseUrl: process.env.BENCH_DATABASE_URL ?? '',
  masterKey: Buffer.from(process.env.BENCH_MASTER_KEY ?? '', 'base64url'),
});

const person = await storage.transaction(async (stores) => {
  const realm = await stores.realms.create({ name: 'bench', enabled: true, policy: defaultPolicy, attributes: {} });
  await ensureSigningKeys(stores, realm.id, ['ES256'], { kind: 'system' });
  for (const { clientId, secret, grants } of benchClients) {
    await stores.clients.create({
      realmId: realm.id,
      clientId,
      secret,
      enabled: true,
      publicClient: false,
      redirectUris: grants.includes('authorization_code') ? [REDIRECT_URI] : [],
      postLogoutRedirectUris: [],
      webOrigins: [],
      standardFlow: grants.includes('authorization_code'),
      serviceAccount: grants.includes('client_credentials'),
      consentRequired: false,
      backchannelLogoutSessionRequired: false,
      idTokenAlg: 'ES256',
      scopes: ['profile', 'email'],
      attributes: {},
    });
  }
  return stores.users.create({
    realmId: realm.id,
    username: 'bench',
    email: 'bench@example.com',
    emailVerified: true,
    phoneNumberVerified: false,
    firstName: 'Bench',
    lastName: 'Person',
    enabled: true,
    attributes: {},
    requiredActions: [],
  });
});

const finishAtOnce: Routes = ({ realms, interactions }) => {
  return routeGroup(['/realms/:realm/sign-in/:uid'], async (ctx, next) => {
    const uid = /^\/realms\/bench\/sign-in\/([^/]+)$/.exec(ctx.path)?.[1];
    const realm = uid === undefined ? undefined : await realms.get('bench');
    if (uid === undefined || realm === undefined) return next();
    await interactions.load(ctx, realm, uid);
    await interactions.finish(ctx, realm, uid, {
      login: { userId: person.id, acr: 'urn:sparekey:acr:1fa', amr: ['pwd'], remember: true },
    });
  });
};

const refuse = async () => {
  throw new Error('a page was asked for: the bench never leads to one');
};
const provider = createProviderServer({
  storage,
  logger: createLogger({ level: 'silent', name: 'bench' }),
  publicUrl,
  trustedProxies: [],
  pages: { error: refuse, logoutConfirm: refuse, loggedOut: refuse },
  routes: [finishAtOnce],
});
const server = createServer(provider.listener);
await listen(server, { host: '127.0.0.1', port, setting: 'bench' });
reportToBench(`${publicUrl.origin}/realms/bench`, async () => {
  provider.close();
  server.closeAllConnections();
  server.close();
  await storage.close();
});
