import { AppError, type SignInUid, type UserId } from '@sparekey/contracts';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { ACTION_RESULT, KC_ACTION } from './actions.ts';
import { browserSession } from './browser-sessions.ts';
import type { Engines } from './engines.ts';
import { missingFromGrant, PROTOCOL_CLAIMS } from './grants.ts';
import type {
  CurrentSession,
  InteractionBridge,
  InteractionOutcome,
  InteractionView,
  RequestedSignIn,
} from './interaction.ts';
import { parseClaimsParameter, requestedAcrs } from './requested-acrs.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const words = (value: unknown): string[] => (text(value) ?? '').split(' ').filter(Boolean);
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/**
 * The interaction that this browser began. The cookie is signed and scoped to the path of one interaction; that it also
 * names the uid of the address is checked here, so that a link handed to someone else opens nothing (CVE-2026-7507).
 */
async function ownInteraction(provider: Provider, ctx: Context, uid: string): Promise<Interaction> {
  let interaction: Interaction;
  try {
    interaction = await provider.interactionDetails(ctx.req, ctx.res);
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) {
      throw new AppError('sign_in_expired', 'no interaction of this browser', { cause });
    }
    throw cause;
  }
  if (interaction.uid !== uid) throw new AppError('sign_in_expired', 'the cookie is of another interaction');
  return interaction;
}

function requestedOf(params: Record<string, unknown>): RequestedSignIn {
  const acrs = requestedAcrs(params);
  const claims = parseClaimsParameter(params.claims);
  const names = new Set([...Object.keys(claims.id_token), ...Object.keys(claims.userinfo)]);
  const maxAge = Number(params.max_age);
  return {
    redirectUri: text(params.redirect_uri) ?? '',
    loginHint: text(params.login_hint),
    acrValues: acrs.values,
    acrEssential: acrs.essential,
    maxAgeSeconds: params.max_age === undefined || Number.isNaN(maxAge) ? undefined : maxAge,
    uiLocales: words(params.ui_locales),
    prompts: words(params.prompt),
    action: text(params[KC_ACTION]),
    scopes: words(params.scope),
    claims: [...names].filter((name) => !PROTOCOL_CLAIMS.has(name)),
  };
}

async function sessionOf(provider: Provider, { session }: Interaction): Promise<CurrentSession | undefined> {
  if (session === undefined) return undefined;
  const stored = await provider.Session.findByUid(session.uid);
  return {
    uid: session.uid,
    userId: session.accountId as UserId,
    acr: session.acr,
    amr: session.amr ?? [],
    authTime: stored?.loginTs,
  };
}

/** Adds what was allowed now to what this session allowed before; what was left out counts as refused. */
async function saveGrant(
  provider: Provider,
  interaction: Interaction,
  accountId: string,
  consent: NonNullable<InteractionOutcome['consent']>,
): Promise<string> {
  const clientId = String(interaction.params.client_id);
  const found = interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId);
  const grant = found?.accountId === accountId ? found : new provider.Grant({ accountId, clientId });
  const requested = requestedOf(interaction.params);
  const refused = requested.scopes.filter((scope) => !consent.scopes.includes(scope));
  const refusedClaims = requested.claims.filter((claim) => !consent.claims.includes(claim));
  if (consent.scopes.length > 0) grant.addOIDCScope(consent.scopes.join(' '));
  if (refused.length > 0) grant.rejectOIDCScope(refused.join(' '));
  if (consent.claims.length > 0) grant.addOIDCClaims(consent.claims);
  if (refusedClaims.length > 0) grant.rejectOIDCClaims(refusedClaims);
  return grant.save();
}

/**
 * Ends the session of someone else in this browser before its next person comes in: nothing of it may pass to them. The
 * engine would have the browser post a form of its own for this, on a page that is none of ours.
 */
async function endForeignSession(
  provider: Provider,
  ctx: Context,
  interaction: Interaction,
  userId: UserId,
): Promise<void> {
  const session = await browserSession(provider, ctx);
  if (session?.accountId === undefined || session.accountId === userId) return;
  await session.destroy();
  // The engine insists that an interaction ends in the session it began in.
  interaction.session = undefined;
}

/** Stores how the interaction ended and sends the browser back; 303, so that no form is posted along (RFC 9700 §4.12). */
async function conclude(ctx: Context, interaction: Interaction, result: InteractionResults): Promise<void> {
  interaction.result = result;
  await interaction.save(Math.max(1, interaction.exp - nowSeconds()));
  ctx.status = 303;
  ctx.redirect(interaction.returnTo);
}

export function createInteractionBridge(engines: Engines): InteractionBridge {
  return {
    async load(ctx, realm, uid): Promise<InteractionView> {
      const { provider } = await engines.of(realm);
      const interaction = await ownInteraction(provider, ctx, uid);
      const client = await realm.client(String(interaction.params.client_id));
      if (client === undefined) throw new AppError('sign_in_expired', 'the client was disabled meanwhile');
      const requested = requestedOf(interaction.params);
      const grant = interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId);
      const missing = missingFromGrant(grant, requested);
      return {
        uid: interaction.uid as SignInUid,
        prompt: {
          name: interaction.prompt.name === 'consent' ? 'consent' : 'login',
          reasons: interaction.prompt.reasons,
        },
        client: {
          id: client.id,
          clientId: client.clientId,
          name: client.name,
          baseUrl: client.baseUrl,
          consentRequired: client.consentRequired,
        },
        requested,
        session: await sessionOf(provider, interaction),
        consent: { missingScopes: missing.scopes, missingClaims: missing.claims },
        expiresAt: new Date(interaction.exp * 1000),
      };
    },

    async finish(ctx, realm, uid, { login, consent, action }) {
      const { provider } = await engines.of(realm);
      const interaction = await ownInteraction(provider, ctx, uid);
      const accountId = login?.userId ?? interaction.session?.accountId ?? interaction.lastSubmission?.login?.accountId;
      if (accountId === undefined) throw new AppError('internal', 'an interaction was finished without a person');
      const client = await realm.client(String(interaction.params.client_id));
      const result: InteractionResults = { ...interaction.lastSubmission };
      if (login !== undefined) {
        const { userId, acr, amr, provenAt, authTime, remember } = login;
        await endForeignSession(provider, ctx, interaction, userId);
        const ts = authTime ?? nowSeconds();
        const proven = { provenAt: (provenAt ?? new Date()).toISOString() };
        result.login = { accountId: userId, acr, amr, ts, remember, ...proven };
      }
      if (consent !== undefined) {
        result.consent = { grantId: await saveGrant(provider, interaction, accountId, consent) };
      } else if (client?.consentRequired === false) {
        // Answers `prompt=consent` for a client that needs none: the grant itself is made on the way back.
        result.consent ??= {};
      }
      if (action !== undefined) result[ACTION_RESULT] = action;
      await conclude(ctx, interaction, result);
    },

    async abort(ctx, realm, uid, error, description) {
      const { provider } = await engines.of(realm);
      const interaction = await ownInteraction(provider, ctx, uid);
      await conclude(ctx, interaction, { error, error_description: description });
    },
  };
}
