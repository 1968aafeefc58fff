import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/**
 * An issuer that says what a test tells it to say, also what no honest one would. The real provider's flows are tested
 * with the provider; this is for the answers that it never gives.
 */
export async function scriptedIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const tokenRequests: URLSearchParams[] = [];
  let issuer = '';
  let idTokenClaims: JWTPayload = {};

  const sign = (claims: JWTPayload, header: { typ?: string; key?: typeof privateKey } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...(header.typ === undefined ? {} : { typ: header.typ }) })
      .sign(header.key ?? privateKey);

  const server = createServer(async (request, response) => {
    const json = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const path = new URL(request.url ?? '/', issuer).pathname;
    if (path === '/.well-known/openid-configuration') {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/certs`,
        end_session_endpoint: `${issuer}/logout`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['ES256'],
        authorization_response_iss_parameter_supported: true,
      });
    }
    if (path === '/certs') return json({ keys: [jwk] });
    if (path === '/userinfo') return json({ sub: idTokenClaims.sub, name: 'Ada Byron' });
    tokenRequests.push(new URLSearchParams(await text(request)));
    return json({ access_token: 'at', token_type: 'Bearer', expires_in: 300, id_token: await sign(idTokenClaims) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    sign,
    tokenRequests,
    /** Claims of the next ID tokens, over the right ones. */
    tell(claims: JWTPayload) {
      const now = Math.floor(Date.now() / 1000);
      idTokenClaims = { iss: issuer, aud: 'demo-payroll', sub: 'u1', sid: 's1', iat: now, exp: now + 60, ...claims };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
    /** On the same port as before. */
    reopen: () =>
      new Promise<void>((resolve) => server.listen(Number(new URL(issuer).port), '127.0.0.1', () => resolve())),
  };
}
