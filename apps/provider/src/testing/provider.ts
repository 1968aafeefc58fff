import { createLogger, createServer, listen } from '@sparekey/http';
import { freePort } from '@sparekey/testing';
import type { Context } from 'koa';
import type { InteractionBridge, InteractionOutcome, InteractionView } from '../oidc/interaction.ts';
import type { OidcPages } from '../oidc/pages.ts';
import type { ServedRealm } from '../realms/cache.ts';
import { routeGroup } from '../route-group.ts';
import { createProviderServer, type ProviderContext, type Routes } from '../server.ts';
import type { TestStorage } from './storage.ts';

/** Ends an interaction as a test wants it: an outcome, or a refusal by its OAuth error. */
export type Journey = (
  view: InteractionView,
  ctx: Context,
) => Promise<InteractionOutcome | string> | InteractionOutcome | string;

export interface TestProvider {
  /** Public URL. */
  origin: string;
  /** Where this process itself listens: another address than `origin` when it stands beside others. */
  listening: string;
  context: ProviderContext;
  /** Decides every interaction from now on; by default they are refused. */
  journey: Journey;
  close(): Promise<void>;
}

/** Pages of plain text, so that a test reads what was asked without parsing HTML. */
const textPages: OidcPages = {
  async error(ctx, _realm, { error, description }) {
    ctx.body = `error=${error} ${description ?? ''}`;
  },
  async logoutConfirm(ctx, _realm, { action, xsrf, clientName }) {
    ctx.body = JSON.stringify({ page: 'logoutConfirm', action, xsrf, clientName });
  },
  async loggedOut(ctx, _realm, client) {
    ctx.body = JSON.stringify({ page: 'loggedOut', client });
  },
};

const SIGN_IN = /^\/realms\/([^/]+)\/sign-in\/([^/]+)$/;

/** Stands where the journey's routes stand in the product. */
function testJourney(decide: () => Journey): Routes {
  return ({ realms, interactions }) =>
    routeGroup(['/realms/:realm/sign-in/:uid'], async (ctx, next) => {
      const match = SIGN_IN.exec(ctx.path);
      if (match?.[1] === undefined || match[2] === undefined) return next();
      const realm = await realms.get(match[1]);
      if (realm === undefined) return next();
      await finishInteraction(ctx, realm, interactions, match[2], decide());
      return undefined;
    });
}

/** Tells the session of the browser, as the account pages see it. */
const currentSession: Routes = ({ realms, sessions }) =>
  routeGroup(['/realms/:realm/current-session'], async (ctx, next) => {
    const [, name] = /^\/realms\/([^/]+)\/current-session$/.exec(ctx.path) ?? [];
    const realm = name === undefined ? undefined : await realms.get(name);
    if (realm === undefined) return next();
    ctx.body = JSON.stringify((await sessions.current(ctx, realm)) ?? null);
    return undefined;
  });

async function finishInteraction(
  ctx: Context,
  realm: ServedRealm,
  interactions: InteractionBridge,
  uid: string,
  decide: Journey,
): Promise<void> {
  const view = await interactions.load(ctx, realm, uid);
  const outcome = await decide(view, ctx);
  if (typeof outcome === 'string') await interactions.abort(ctx, realm, uid, outcome as 'access_denied');
  else await interactions.finish(ctx, realm, uid, outcome);
}

/**
 * A provider on a free port over a real database; the journey is the test's. With `publicOrigin` it serves the same
 * issuers as the provider there, as one of several processes behind a balancer would. `more` are routes of the product.
 */
export async function startTestProvider(
  { storage }: Pick<TestStorage, 'storage'>,
  publicOrigin?: string,
  more: readonly Routes[] = [],
): Promise<TestProvider> {
  // The port is part of the issuer, so it has to be known before the server is built.
  const port = await freePort();
  const listening = `http://localhost:${port}`;
  const origin = publicOrigin ?? listening;

  const state: { journey: Journey } = { journey: () => 'access_denied' };
  const provider = createProviderServer({
    storage,
    logger: createLogger({ level: 'silent', name: 'test' }),
    publicUrl: new URL(origin),
    trustedProxies: [],
    pages: textPages,
    routes: [testJourney(() => state.journey), currentSession, ...more],
  });
  const server = createServer(provider.listener);
  await listen(server, { host: '127.0.0.1', port, setting: 'test' });
  return {
    origin,
    listening,
    context: provider.context,
    get journey() {
      return state.journey;
    },
    set journey(journey) {
      state.journey = journey;
    },
    async close() {
      provider.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
