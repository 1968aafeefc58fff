import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ApiProvider, startApiProvider } from '../testing/account-api.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';

const OWN = 'https://app.example';
const OTHERS = 'https://another.example';

let database: TestStorage;
let api: ApiProvider;
let token: string;

beforeAll(async () => {
  database = await openTestStorage();
  const { storage } = database;
  const realm = await addRealm(storage, 'acme');
  const scopes = ['account'];
  await addClient(storage, realm, { clientId: 'app', scopes, webOrigins: ['+'] });
  await addClient(storage, realm, { clientId: 'another', scopes, webOrigins: [OTHERS] });
  await addClient(storage, realm, { clientId: 'open', scopes, webOrigins: ['*'] });
  await addClient(storage, realm, { clientId: 'plain', scopes: [], webOrigins: ['https://plain.example'] });
  await addClient(storage, realm, { clientId: 'gone', scopes, webOrigins: ['https://gone.example'], enabled: false });
  api = await startApiProvider(database);
  const ada = await addUser(storage, realm, { username: 'ada' });
  token = (await api.tokens({ user: ada })).accessToken;
});

afterAll(async () => {
  await api.close();
  await database.close();
});

const from = (origin: string, call = 'GET /profile', more: { token?: string } = { token }) =>
  api.call('acme', call, { ...more, headers: { origin, 'access-control-request-method': 'PATCH' } });
const allowed = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin');

test('a page of the client reads answers and refusals, without credentials', async () => {
  for (const answer of [await from(OWN), await from(OWN, 'GET /profile', {})]) {
    expect(allowed(answer)).toBe(OWN);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect(answer.headers.get('vary')).toContain('Origin');
  }
});

test('a preflight is answered with the methods of its path, to origins of clients that may use the API', async () => {
  const url = `${api.provider.origin}/realms/acme/account/api/sessions`;
  const preflight = (origin: string) =>
    fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'DELETE' } });
  for (const origin of [OWN, OTHERS]) {
    const answer = await preflight(origin);
    expect([answer.status, allowed(answer)]).toEqual([204, origin]);
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, DELETE');
    expect(answer.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
  }
  for (const origin of [
    'https://evil.example',
    'https://plain.example',
    'https://gone.example',
    `${OWN}.evil.example`,
    'null',
  ]) {
    const answer = await preflight(origin);
    expect([origin, answer.status, allowed(answer)]).toEqual([origin, 405, null]);
  }
});

test('a token is refused from the page of any other client, registered or not, also where a client allows everyone', async () => {
  for (const origin of [OTHERS, 'https://evil.example', 'null']) {
    const answer = await from(origin);
    expect([origin, answer.status, answer.body.code, allowed(answer)]).toEqual([origin, 403, 'forbidden', null]);
  }
});
