import { createHash, randomBytes } from 'node:crypto';
import { benchClients, REDIRECT_URI } from '../clients.ts';
import { type Answer, Cookies, send } from './http.ts';

/** Addresses of one server, read from its discovery document once. */
export interface Endpoints {
  issuer: string;
  jwks: string;
  discovery: string;
  authorization: string;
  token: string;
  userinfo: string;
  introspection: string;
}

export async function discover(issuer: string): Promise<Endpoints> {
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const document = JSON.parse((await send(discovery)).body);
  return {
    issuer,
    discovery,
    jwks: document.jwks_uri,
    authorization: document.authorization_endpoint,
    token: document.token_endpoint,
    userinfo: document.userinfo_endpoint,
    introspection: document.introspection_endpoint,
  };
}

interface Tokens {
  access_token: string;
  refresh_token: string;
}

const basic = Object.fromEntries(
  benchClients.map(({ clientId, secret }) => [
    clientId,
    { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
  ]),
);

function expectStatus(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${answer.body.slice(0, 300)}`);
  return answer;
}

/** A whole sign-in at one application: authorization request, interaction, code, tokens. Four requests. */
export async function codeFlow(at: Endpoints, scope = 'openid profile email'): Promise<Tokens> {
  const cookies = new Cookies();
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'bench-app',
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope,
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  let location = `${at.authorization}?${query}`;
  for (let hop = 0; hop < 6 && !location.startsWith(REDIRECT_URI); hop += 1) {
    const answer = await send(location, { headers: cookies.header() });
    if (answer.status !== 302 && answer.status !== 303)
      throw new Error(`sign-in: ${answer.status} ${answer.body.slice(0, 300)}`);
    cookies.take(answer);
    location = new URL(String(answer.headers.location), location).href;
  }
  const code = new URL(location).searchParams.get('code');
  if (code === null) throw new Error(`sign-in ended at ${location}`);
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
  const answer = await send(at.token, { form, headers: basic['bench-app'] ?? {} });
  return JSON.parse(expectStatus(answer, 200, 'code').body);
}

export async function clientCredentials(at: Endpoints): Promise<Tokens> {
  const form = { grant_type: 'client_credentials' };
  return JSON.parse(
    expectStatus(await send(at.token, { form, headers: basic['bench-service'] ?? {} }), 200, 'cc').body,
  );
}

/** The operations of the comparison; each is prepared once for a runner and then repeated. */
export const operations: Record<string, (at: Endpoints) => Promise<() => Promise<void>>> = {
  'discovery + JWKS': async (at) => async () => {
    expectStatus(await send(at.discovery), 200, 'discovery');
    expectStatus(await send(at.jwks), 200, 'jwks');
  },
  'client credentials': async (at) => async () => {
    await clientCredentials(at);
  },
  'code flow': async (at) => async () => {
    await codeFlow(at);
  },
  refresh: async (at) => {
    let token = (await codeFlow(at)).refresh_token;
    return async () => {
      const form = { grant_type: 'refresh_token', refresh_token: token };
      const answer = await send(at.token, { form, headers: basic['bench-app'] ?? {} });
      token = JSON.parse(expectStatus(answer, 200, 'refresh').body).refresh_token;
    };
  },
  userinfo: async (at) => {
    const { access_token: token } = await codeFlow(at);
    return async () => {
      expectStatus(await send(at.userinfo, { headers: { authorization: `Bearer ${token}` } }), 200, 'userinfo');
    };
  },
  introspection: async (at) => {
    const { access_token: token } = await codeFlow(at);
    return async () => {
      const answer = await send(at.introspection, { form: { token }, headers: basic['bench-app'] ?? {} });
      if (!expectStatus(answer, 200, 'introspection').body.includes('"active":true')) throw new Error('inactive');
    };
  },
};
