import { createHash, randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Product } from './product.ts';
import type { Visitor } from './visitor.ts';

const client = { id: 'demo-payroll', secret: 'demo-payroll-secret' };

export interface Tokens {
  code: string;
  verifier: string;
  access_token: string;
  refresh_token: string;
  id_token: string;
}

/** Plays an application, so that its code and tokens are known to the test. */
export class RelyingParty {
  readonly #product: Product;

  constructor(product: Product) {
    this.#product = product;
  }

  /** Signs in with the session of this browser, and stops it before the callback. */
  async tokens({ page }: Visitor): Promise<Tokens> {
    const redirectUri = `${this.#product.applicationUrl}/payroll/callback`;
    const verifier = randomBytes(32).toString('base64url');
    const url = new URL(`${this.#product.url}/realms/demo/protocol/openid-connect/auth`);
    url.search = new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      scope: 'openid profile email',
      redirect_uri: redirectUri,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    const called = page.waitForRequest((request) => request.url().startsWith(redirectUri));
    await page.route(`${redirectUri}*`, (route) => route.fulfill({ body: 'stopped here' }));
    await page.goto(url.href);
    const code = new URL((await called).url()).searchParams.get('code') ?? '';
    await page.unroute(`${redirectUri}*`);
    const answer = await this.post('token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
    expect(answer.status).toBe(200);
    return { code, verifier, ...((await answer.json()) as Omit<Tokens, 'code' | 'verifier'>) };
  }

  refresh(refreshToken: string): Promise<Response> {
    return this.post('token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  post(endpoint: string, form: Record<string, string>): Promise<Response> {
    return fetch(`${this.#product.url}/realms/demo/protocol/openid-connect/${endpoint}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
  }
}
