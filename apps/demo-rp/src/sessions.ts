import { randomBytes } from 'node:crypto';
import type { IDToken, UserInfoResponse } from 'openid-client';
import type { Begun } from './relying-party.ts';
import type { Security } from './security.ts';

export interface SignedIn {
  claims: IDToken;
  idToken: string;
  accessToken: string;
  /** Granted scopes, with spaces between. */
  scope: string;
  refreshToken?: string;
  userInfo?: UserInfoResponse;
  security?: Security;
  /** Told once, above the claims. */
  note?: string;
}

export interface Session {
  id: string;
  expiresAt: number;
  /** An authorization request on its way. */
  begun?: Begun;
  signedIn?: SignedIn;
}

const lifetimeMs = 8 * 3600_000;
const most = 10_000;

/** Sessions of one application, in memory: a restart signs everybody out, which is right for a demonstration. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : this.#byId.get(id);
    if (session && session.expiresAt > this.#now()) return session;
    if (session) this.#byId.delete(session.id);
    return undefined;
  }

  /** A new session under an id nobody knows yet; the oldest gives way when there are too many. */
  create(content: Pick<Session, 'begun' | 'signedIn'>): Session {
    const [oldest] = this.#byId.keys();
    if (this.#byId.size >= most && oldest !== undefined) this.#byId.delete(oldest);
    const session = { id: randomBytes(32).toString('base64url'), expiresAt: this.#now() + lifetimeMs, ...content };
    this.#byId.set(session.id, session);
    return session;
  }

  end(id: string): void {
    this.#byId.delete(id);
  }

  /**
   * Ends what a logout token names: one session of the provider, or all of a person. Returns how many ended. A request on
   * its way stays, for it belongs to whoever signs in with it: the message may be late, and another person next.
   */
  endFor(ended: { sid?: string; sub?: string }): number {
    const matching = [...this.#byId.values()].filter(({ signedIn }) => {
      if (!signedIn) return false;
      return ended.sid === undefined ? signedIn.claims.sub === ended.sub : signedIn.claims.sid === ended.sid;
    });
    for (const session of matching) {
      if (session.begun) delete session.signedIn;
      else this.#byId.delete(session.id);
    }
    return matching.length;
  }
}
