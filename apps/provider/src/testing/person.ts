import { createHash } from 'node:crypto';
import type { Realm, User } from '@sparekey/realms';
import type { Acting } from '../account/operations/acting.ts';
import { type HostedProvider, Visitor } from './hosted.ts';
import { addUser, CALLBACK, type TestStorage } from './storage.ts';

const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
export const PASSWORD = 'the password of before';

let number = 0;

/** Somebody of realm `acme` with a password. */
export async function addPerson(
  { storage }: TestStorage,
  { engine }: HostedProvider,
  realm: Realm,
  fields: Partial<User> = {},
): Promise<User> {
  const user = await addUser(storage, realm, { username: `person-${number++}`, ...fields });
  await storage.stores.passwords.set(realm.id, user.id, await engine.hash(PASSWORD));
  return user;
}

/** The person as operations of the account take them, without a browser. */
export async function actingAs({ services }: HostedProvider, person: User, sessionUid = 'none'): Promise<Acting> {
  const realm = await services.realms.get('acme');
  if (realm === undefined) throw new Error('there is no realm acme');
  const origin = { ip: '192.0.2.1', userAgent: 'test', requestId: 'r' };
  return { services, realm, person, policy: realm.realm.policy, origin, sessionUid };
}

/** A POST of a client of the code flow to a protocol endpoint. */
export async function protocolPost(
  { origin }: HostedProvider,
  path: string,
  clientId: string,
  form: Record<string, string>,
) {
  const response = await fetch(`${origin}/realms/acme/protocol/openid-connect/${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:secret`).toString('base64')}` },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** Through the code flow to an application, allowing what it asks; returns its tokens, and whether it asked. */
export async function signInTo(
  provider: HostedProvider,
  clientId: string,
  person: User,
  { by = new Visitor(provider, 'acme'), scope = 'openid email' }: { by?: Visitor; scope?: string } = {},
) {
  let page = await by.authorize(clientId, {
    scope,
    code_challenge: CHALLENGE,
    ...(scope.includes('offline') ? { prompt: 'consent' } : {}),
  });
  if (page.html.includes('name="username"'))
    page = await by.submit(page, { username: person.username, password: PASSWORD });
  const asked = page.html.includes('value="allow"');
  if (asked) page = await by.submit(page, { action: 'allow' });
  const { body } = await protocolPost(provider, 'token', clientId, {
    grant_type: 'authorization_code',
    code: page.url.searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
  return { by, asked, tokens: body };
}
