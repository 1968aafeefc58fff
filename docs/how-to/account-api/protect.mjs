// Signs in through the browser, shows how the person is protected, and makes new backup codes on request:
//   node protect.mjs [--new-codes]
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline/promises';

const issuer = process.env.ISSUER ?? 'http://localhost:8080/realms/demo';
const clientId = process.env.CLIENT_ID ?? 'demo-command-line';

/** The code flow of an installed app (RFC 8252): a browser, PKCE and a listener on the loopback address. */
async function signIn(wish = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const redirectUri = `http://127.0.0.1:${listener.address().port}/callback`;
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = {
    client_id: clientId,
    response_type: 'code',
    scope: 'openid account',
    redirect_uri: redirectUri,
    state,
  };
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  console.log(`Open ${issuer}/protocol/openid-connect/auth?${new URLSearchParams({ ...asked, ...pkce, ...wish })}`);
  const code = await new Promise((resolve, reject) => {
    listener.on('request', (request, response) => {
      const { searchParams } = new URL(request.url, redirectUri);
      response.end('You may close this window.');
      if (searchParams.get('state') !== state) return;
      if (searchParams.has('code')) resolve(searchParams.get('code'));
      else reject(new Error(searchParams.get('error')));
    });
  });
  listener.close();
  listener.closeAllConnections();
  const form = { grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: redirectUri };
  const body = new URLSearchParams({ ...form, code_verifier: verifier });
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).access_token;
}

let token = await signIn();

/** Calls the API. What it asks for (RFC 9470) is asked of the person, once. */
async function call(method, path, body, again = true) {
  const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  const answer = await fetch(`${issuer}/account/api${path}`, { method, headers, body: body && JSON.stringify(body) });
  const challenge = answer.headers.get('www-authenticate') ?? '';
  if (again && challenge.includes('error="insufficient_user_authentication"')) {
    token = await signIn(
      Object.fromEntries(
        [...challenge.matchAll(/(acr_values|max_age)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      ),
    );
    return call(method, path, body, false);
  }
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

for (const { kind, label } of (await call('GET', '/factors')).factors) console.log(`${kind} ${label}`);
const { active } = await call('GET', '/backup-codes');
console.log(active ? `${active.left} of ${active.count} backup codes left` : 'no backup codes');

if (process.argv.includes('--new-codes')) {
  const { codes } = await call('POST', '/backup-codes');
  console.log(codes.join('\n'));
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  await call('POST', '/backup-codes/confirm', { code: await terminal.question('Type one of them back: ') });
  terminal.close();
  console.log('The new codes are good now; the old ones have ended.');
}
