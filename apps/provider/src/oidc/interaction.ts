import type { ClientUuid, SignInUid, UserId } from '@sparekey/contracts';
import type { Context } from 'koa';
import type { ServedRealm } from '../realms/cache.ts';

/** What a relying party asked of this sign-in, already parsed. */
export interface RequestedSignIn {
  /** Where the browser ends up; a page whose form leads there needs it in its form-action policy. */
  redirectUri: string;
  loginHint: string | undefined;
  /** In order of preference; from `acr_values` and from the claims parameter. */
  acrValues: string[];
  /** True when the claims parameter made the acr essential: then finishing below it is refused. */
  acrEssential: boolean;
  /** Seconds since the last active authentication that the client accepts. */
  maxAgeSeconds: number | undefined;
  uiLocales: string[];
  prompts: string[];
  /** What the application wants the person to do (`kc_action`), as it wrote it. */
  action: string | undefined;
  scopes: string[];
  /** Claims asked for one by one through the claims parameter, without the protocol's own. */
  claims: string[];
}

/** The browser session that was there when the interaction began. */
export interface CurrentSession {
  uid: string;
  userId: UserId;
  acr: string | undefined;
  amr: string[];
  /** Seconds since the epoch. */
  authTime: number | undefined;
}

/** An interaction of the provider as the journey sees it. */
export interface InteractionView {
  uid: SignInUid;
  prompt: { name: 'login' | 'consent'; reasons: string[] };
  client: {
    id: ClientUuid;
    clientId: string;
    name: string | undefined;
    baseUrl: string | undefined;
    consentRequired: boolean;
  };
  requested: RequestedSignIn;
  session: CurrentSession | undefined;
  /** What the person has not yet allowed this client; both empty when nothing is to be asked. */
  consent: { missingScopes: string[]; missingClaims: string[] };
  /** By which the sign-in must be finished. */
  expiresAt: Date;
}

/** How the journey ended well. */
export interface InteractionOutcome {
  login?: {
    userId: UserId;
    acr: string;
    amr: string[];
    /** When the last of it was proven, now when absent: what ends everything of the person later ends this as well. */
    provenAt?: Date;
    /** Seconds since the epoch; now when absent. */
    authTime?: number;
    /** False keeps the session cookie to the browser session. */
    remember: boolean;
  };
  /** What the person allowed now, beside what they allowed before. Absent for clients that need no consent. */
  consent?: { scopes: string[]; claims: string[] };
  /** How the action that the application asked for ended; told to it as `kc_action_status`. */
  action?: 'success' | 'cancelled' | 'error';
}

/** OAuth errors the journey may answer the client with. */
export type InteractionRefusal = 'access_denied' | 'login_required' | 'consent_required' | 'interaction_required';

/**
 * All that the journey knows of oidc-provider. Every call proves through the signed, path-scoped interaction cookie that
 * this browser began the interaction `uid` (a link handed to someone else carries no cookie).
 * Errors: `sign_in_expired` when the cookie is absent or foreign, or the interaction is gone.
 */
export interface InteractionBridge {
  load(ctx: Context, realm: ServedRealm, uid: string): Promise<InteractionView>;
  /** Saves the outcome and sends the browser back (303) to the authorization endpoint. */
  finish(ctx: Context, realm: ServedRealm, uid: string, outcome: InteractionOutcome): Promise<void>;
  /** Sends the browser back (303) to the client with an OAuth error. */
  abort(ctx: Context, realm: ServedRealm, uid: string, error: InteractionRefusal, description?: string): Promise<void>;
}
