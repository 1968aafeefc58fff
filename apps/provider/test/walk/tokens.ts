import { createHash } from 'node:crypto';
import { CALLBACK } from '../../src/testing/storage.ts';
import { methodsOf, rankOf, strengthOf } from './assurance.ts';
import type { Chance } from './chance.ts';
import { Broken, type Proven } from './oracle.ts';
import { Cookies, type Wire } from './wire.ts';
import type { World } from './world.ts';

export const VERIFIER = 'v'.repeat(43);
export const clients = ['app', 'consent', 'other'] as const;

/** What an application asked for when it sent a browser. */
export interface Asked {
  client: string;
  /** An essential class, or the oldest proof that is good enough, in seconds. */
  acr?: string;
  maxAge?: number;
  /** On the clock of the walk. */
  at: number;
}

interface Code {
  code: string;
  asked: Asked;
  proven: Proven;
  taken: boolean;
}

interface Refresh {
  token: string;
  client: string;
  proven: Proven;
  taken: boolean;
}

/** An access token, what stands behind it, and whether it is for the account REST. */
export interface Bearer {
  token: string;
  proven: Proven;
  mayAccount: boolean;
}

/** The applications: they redeem what browsers bring them, and try what thieves would try. */
export class RelyingParties {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #realmUrl: string;
  readonly #chance: Chance;
  readonly #codes: Code[] = [];
  readonly #refresh: Refresh[] = [];
  readonly #bearers: Bearer[] = [];
  readonly #asked = new Map<string, Asked>();

  constructor(world: World, wire: Wire, origin: string, chance: Chance) {
    this.#world = world;
    this.#wire = wire;
    this.#realmUrl = `${origin}/realms/${world.realm.name}`;
    this.#chance = chance;
  }

  /** The address an application sends a browser to. */
  authorization(): URL {
    const client = this.#chance.weighted([
      [6, 'app'],
      [2, 'consent'],
      [1, 'other'],
    ] as const);
    const state = `asked-${this.#asked.size}`;
    const more = this.#chance.weighted<Record<string, string>>([
      [10, {}],
      [2, { acr_values: 'urn:sparekey:acr:mfa' }],
      [1, { acr_values: 'phr urn:sparekey:acr:mfa' }],
      [2, { claims: JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:sparekey:acr:mfa' } } }) }],
      [1, { claims: JSON.stringify({ id_token: { acr: { essential: true, value: 'phr' } } }) }],
      [2, { prompt: 'login' }],
      [1, { prompt: 'none' }],
      [1, { prompt: 'consent' }],
      [1, { prompt: 'select_account' }],
      [2, { max_age: '60' }],
      [1, { kc_action: 'UPDATE_PASSWORD' }],
      [1, { kc_action: 'CONFIGURE_TOTP' }],
      [1, { kc_action: 'webauthn-register' }],
      [1, { kc_action: 'CONFIGURE_RECOVERY_AUTHN_CODES' }],
      [1, { redirect_uri: 'https://evil.example/callback' }],
    ]);
    const essential = more.claims === undefined ? undefined : /"value":"([^"]+)"/.exec(more.claims)?.[1];
    this.#asked.set(state, {
      client,
      at: this.#world.now(),
      ...(essential === undefined ? {} : { acr: essential }),
      ...(more.max_age === undefined && more.prompt !== 'login' ? {} : { maxAge: Number(more.max_age ?? 0) }),
    });
    const query = new URLSearchParams({
      client_id: client,
      response_type: 'code',
      scope: this.#chance.weighted([
        [1, 'openid'],
        [1, 'openid profile email'],
        [2, 'openid offline_access'],
        [5, 'openid account'],
      ]),
      redirect_uri: CALLBACK,
      state,
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    });
    return new URL(`${this.#realmUrl}/protocol/openid-connect/auth?${query}`);
  }

  /** A browser came back with `location`; `proven` is what its session truly is. */
  back(location: URL, proven: Proven | undefined): void {
    if (!location.href.startsWith(`${CALLBACK}?`)) throw new Broken(`a browser was sent to ${location.href}`);
    const code = location.searchParams.get('code');
    if (code === null) return;
    const asked = this.#asked.get(location.searchParams.get('state') ?? '');
    if (asked === undefined) throw new Broken('a code was issued that no application asked for');
    if (proven === undefined) throw new Broken('a code was issued to a browser without a session');
    if (asked.acr !== undefined && rankOf(strengthOf(proven.proofs)) < rankOf(asked.acr))
      throw new Broken(`a code was issued on ${proven.proofs.join(' ')}, below the essential ${asked.acr}`);
    if (asked.maxAge !== undefined && asked.at - proven.at > asked.maxAge + 10)
      throw new Broken(
        `a code was issued on proofs ${Math.round(asked.at - proven.at)} s old: the application accepts ${asked.maxAge}`,
      );
    this.#codes.push({ code, asked, proven, taken: false });
  }

  /** One of the last tokens, dead or alive. */
  bearer(): Bearer | undefined {
    const good = this.#bearers.filter(({ mayAccount }) => mayAccount);
    const most = good.length > 0 && this.#chance.happens(0.85) ? good.slice(-2) : this.#bearers.slice(-8);
    return this.#chance.any(most);
  }

  /** The last one. */
  get latest(): Bearer | undefined {
    return this.#bearers.at(-1);
  }

  get hasWork(): boolean {
    return this.#codes.length > 0;
  }

  /** One visit at the token endpoint; returns what it was, for the record. */
  async visit(): Promise<string> {
    const refresh = this.#chance.happens(0.3) ? this.#chance.any(this.#refresh.slice(-12)) : undefined;
    return refresh === undefined ? this.#redeem() : this.#renew(refresh);
  }

  async #redeem(): Promise<string> {
    const entry = this.#chance.happens(0.7) ? this.#codes.at(-1) : this.#chance.any(this.#codes.slice(-20));
    if (entry === undefined) return 'no code to redeem';
    const client = this.#chance.happens(0.9) ? entry.asked.client : this.#chance.pick(clients);
    const verifier = this.#chance.happens(0.9) ? VERIFIER : 'w'.repeat(43);
    const form = {
      grant_type: 'authorization_code',
      code: entry.code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    };
    const twice = this.#chance.happens(0.1);
    const answers = await Promise.all(
      [form, ...(twice ? [form] : [])].map((each) => this.#post('token', each, client)),
    );
    const what = `redeem a ${entry.taken ? 'spent' : 'fresh'} code as ${client}${twice ? ', twice at once' : ''}`;
    for (const { status, body } of answers) {
      if (status >= 500) throw new Broken(`${what}: ${status}`);
      if (status !== 200) continue;
      if (entry.taken) throw new Broken('an authorization code was redeemed twice');
      if (client !== entry.asked.client || verifier !== VERIFIER) throw new Broken('a code was redeemed by a thief');
      entry.taken = true;
      await this.#tokens(JSON.parse(body) as Tokens, entry.proven, client);
    }
    // One that came back spent ends its family.
    if (client === entry.asked.client && verifier === VERIFIER) entry.taken = true;
    return what;
  }

  async #renew(entry: Refresh): Promise<string> {
    const client = this.#chance.happens(0.9) ? entry.client : this.#chance.pick(clients);
    const { status, body } = await this.#post(
      'token',
      { grant_type: 'refresh_token', refresh_token: entry.token },
      client,
    );
    const what = `renew a ${entry.taken ? 'spent' : 'fresh'} refresh token as ${client}`;
    if (status >= 500) throw new Broken(`${what}: ${status}`);
    if (status !== 200) return what;
    if (entry.taken) throw new Broken('a refresh token was used twice');
    if (client !== entry.client) throw new Broken('a refresh token was used by another client');
    entry.taken = true;
    await this.#tokens(JSON.parse(body) as Tokens, entry.proven, client);
    return what;
  }

  async #tokens(tokens: Tokens, proven: Proven, client: string): Promise<void> {
    const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString()) as IdToken;
    if (claims.sub !== proven.person) throw new Broken('an ID token is about someone else than the session');
    if (claims.aud !== client) throw new Broken('an ID token is for another client');
    if (rankOf(claims.acr) > rankOf(strengthOf(proven.proofs)))
      throw new Broken(`an ID token claims ${claims.acr} on ${proven.proofs.join(' ')}`);
    const known = proven.methods.size > 0 ? proven.methods : methodsOf(proven.proofs);
    for (const method of claims.amr ?? [])
      if (!known.has(method)) throw new Broken(`an ID token claims the method ${method} on ${proven.proofs.join(' ')}`);
    if (tokens.refresh_token !== undefined)
      this.#refresh.push({ token: tokens.refresh_token, client, proven, taken: false });
    const mayAccount = tokens.scope?.split(' ').includes('account') === true;
    if (this.#bearers.length > 40) this.#bearers.shift();
    this.#bearers.push({ token: tokens.access_token, proven, mayAccount });
    if (!this.#chance.happens(0.2)) return;
    const { status, body } = await this.#wire.send(
      {
        method: 'GET',
        url: new URL(`${this.#realmUrl}/protocol/openid-connect/userinfo`),
        headers: { authorization: `Bearer ${tokens.access_token}` },
      },
      new Cookies(),
    );
    if (status === 200 && (JSON.parse(body) as IdToken).sub !== proven.person)
      throw new Broken('userinfo is about someone else');
  }

  #post(path: string, form: Record<string, string>, client: string) {
    return this.#wire.send(
      {
        method: 'POST',
        url: new URL(`${this.#realmUrl}/protocol/openid-connect/${path}`),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from(`${client}:secret`).toString('base64')}`,
        },
        body: new URLSearchParams(form).toString(),
      },
      new Cookies(),
    );
  }
}

interface Tokens {
  id_token: string;
  access_token: string;
  refresh_token?: string;
  scope?: string;
}

interface IdToken {
  sub: string;
  aud: string;
  acr?: string;
  amr?: string[];
}
