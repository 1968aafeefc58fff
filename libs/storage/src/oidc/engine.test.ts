import { createTestDatabase, race, type TestDatabase } from '../../../testing/src/index.ts';
import { Browser, startEngine, type TestEngine, type Tokens } from '../../test/engine.ts';

let database: TestDatabase;
let engine: TestEngine;

beforeAll(async () => {
  database = await createTestDatabase();
  engine = await startEngine(database.url);
});

afterAll(async () => {
  await engine.close();
  await database.drop();
});

const tokensOf = async (response: Response): Promise<Tokens> => (await response.json()) as Tokens;
const errorOf = async (response: Response): Promise<unknown> => ((await response.json()) as { error: unknown }).error;

/** What was sent while `work` ran. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  engine.statements();
  await work();
  return engine.statements();
}

describe('statements at concurrency 1', () => {
  test('a first sign-in takes eight, of which three are the sign-in page’s own', async () => {
    expect(await statementsOf(() => engine.signIn())).toEqual([
      'oidc_write_prompt',
      // The page reads the interaction and writes the grant and the result.
      'oidc_interaction_find',
      'oidc_write_grant_prompt',
      'oidc_interaction_find',
      'oidc_write_session_prompt_end_token',
      'oidc_token_find',
      'oidc_token_consume',
      'oidc_write_token',
    ]);
  });

  test('a sign-in with a session takes five', async () => {
    const browser = new Browser();
    await engine.signIn(browser);
    expect(await statementsOf(() => engine.signIn(browser))).toEqual([
      'oidc_session_find',
      'oidc_write_token',
      'oidc_token_find',
      'oidc_token_consume',
      'oidc_write_token',
    ]);
  });

  test('a refresh takes three', async () => {
    const { refresh_token } = await engine.signIn();
    const sent = await statementsOf(() => engine.refresh(refresh_token));
    expect(sent).toEqual(['oidc_token_find', 'oidc_token_consume', 'oidc_write_token']);
  });

  test('userinfo takes one', async () => {
    const { access_token } = await engine.signIn();
    expect(await statementsOf(() => engine.userinfo(access_token))).toEqual(['oidc_token_find']);
  });

  test.each([[undefined], ['access_token'], ['refresh_token']])(
    'introspection with hint %s takes one',
    async (hint) => {
      const tokens = await engine.signIn();
      const token = hint === 'refresh_token' ? tokens.refresh_token : tokens.access_token;
      const sent = await statementsOf(async () => {
        expect(await engine.introspect(token, hint)).toMatchObject({ active: true });
      });
      expect(sent).toEqual(['oidc_token_find']);
    },
  );

  test('introspection of what is no token at all takes one', async () => {
    const sent = await statementsOf(async () => {
      expect(await engine.introspect('nothing')).toEqual({ active: false });
    });
    expect(sent).toEqual(['oidc_token_find']);
  });

  test('client credentials take one, and their introspection takes one', async () => {
    let token = '';
    const issued = await statementsOf(async () => {
      token = (await tokensOf(await engine.token({ grant_type: 'client_credentials' }))).access_token;
    });
    expect(issued).toEqual(['oidc_write_token']);
    const sent = await statementsOf(async () => {
      expect(await engine.introspect(token)).toMatchObject({ active: true, client_id: 'app' });
    });
    expect(sent).toEqual(['oidc_token_find']);
  });
});

describe('single use', () => {
  test('of 50 parallel redemptions of one code exactly one succeeds, and its tokens are revoked (better-auth GHSA-7w99-5wm4-3g79)', async () => {
    const code = await engine.authorize();
    const { fulfilled } = await race(50, async (_index, barrier) => {
      await barrier();
      return engine.redeem(code);
    });
    const won = fulfilled.filter((response) => response.status === 200);
    const lost = fulfilled.filter((response) => response.status !== 200);
    expect([won.length, lost.length]).toEqual([1, 49]);
    expect(new Set(await Promise.all(lost.map(errorOf)))).toEqual(new Set(['invalid_grant']));
    for (const response of won) {
      const tokens = await tokensOf(response);
      expect((await engine.userinfo(tokens.access_token)).status).toBe(401);
      expect(await errorOf(await engine.refresh(tokens.refresh_token))).toBe('invalid_grant');
      expect(await engine.introspect(tokens.access_token)).toEqual({ active: false });
    }
  });

  test('of 50 parallel refreshes with one token exactly one succeeds, and the family is revoked (CVE-2026-1035)', async () => {
    const first = await engine.signIn();
    const { fulfilled } = await race(50, async (_index, barrier) => {
      await barrier();
      return engine.refresh(first.refresh_token);
    });
    const won = fulfilled.filter((response) => response.status === 200);
    expect(won).toHaveLength(1);
    for (const response of won) {
      const tokens = await tokensOf(response);
      expect(await errorOf(await engine.refresh(tokens.refresh_token))).toBe('invalid_grant');
      expect((await engine.userinfo(tokens.access_token)).status).toBe(401);
    }
    expect((await engine.userinfo(first.access_token)).status).toBe(401);
  });

  test('a spent code that comes back revokes what it gave, and is recorded with its origin', async () => {
    const code = await engine.authorize();
    const tokens = await tokensOf(await engine.redeem(code));
    const before = await engine.audited();
    expect(await errorOf(await engine.redeem(code))).toBe('invalid_grant');
    expect((await engine.userinfo(tokens.access_token)).status).toBe(401);
    expect(await errorOf(await engine.refresh(tokens.refresh_token))).toBe('invalid_grant');
    expect((await engine.audited()).slice(before.length)).toEqual([
      { type: 'authorization_code.reused', client_id: 'app', ip: '192.0.2.7', subject_id: engine.userId },
    ]);
  });

  test('a spent refresh token that comes back revokes the whole family, and is recorded (better-auth GHSA-392p-2q2v-4372)', async () => {
    const first = await engine.signIn();
    const second = await tokensOf(await engine.refresh(first.refresh_token));
    const third = await tokensOf(await engine.refresh(second.refresh_token));
    const before = await engine.audited();
    expect(await errorOf(await engine.refresh(first.refresh_token))).toBe('invalid_grant');
    for (const { access_token, refresh_token } of [first, second, third]) {
      expect((await engine.userinfo(access_token)).status).toBe(401);
      expect(await errorOf(await engine.refresh(refresh_token))).toBe('invalid_grant');
    }
    expect((await engine.audited()).slice(before.length).map(({ type }) => type)).toEqual(['refresh_token.reused']);
  });

  test('of two refresh tokens of one second the first is refused when it is replayed (Keycloak PR 51885)', async () => {
    const first = await engine.signIn();
    const second = await tokensOf(await engine.refresh(first.refresh_token));
    const third = await tokensOf(await engine.refresh(second.refresh_token));
    expect(third.refresh_token).not.toBe(second.refresh_token);
    expect(await errorOf(await engine.refresh(second.refresh_token))).toBe('invalid_grant');
  });

  test('of 10 parallel uses of one pushed authorization request one leads to a code', async () => {
    const response = await engine.post('/request', {
      client_id: 'app',
      redirect_uri: 'https://app.example/callback',
      response_type: 'code',
      scope: 'openid offline_access',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const { request_uri } = (await response.json()) as { request_uri: string };
    const browser = new Browser();
    await engine.signIn(browser);
    const url = `${engine.provider.issuer}/auth?${new URLSearchParams({ client_id: 'app', request_uri })}`;
    const { fulfilled } = await race(10, async () => {
      const answer = new URL((await browser.get(url)).headers.get('location') ?? '').searchParams;
      return answer.has('code') ? 'code' : answer.get('error');
    });
    expect(fulfilled.filter((answer) => answer === 'code')).toHaveLength(1);
    expect(new Set(fulfilled)).toEqual(new Set(['code', 'invalid_request_uri']));
  });
});

test('a code of one client is refused to another, and keeps its worth for its own (CVE-2026-16089)', async () => {
  const code = await engine.authorize('app');
  const foreign = await engine.token(
    {
      grant_type: 'authorization_code',
      code: code.code,
      code_verifier: code.verifier,
      redirect_uri: 'https://app.example/callback',
    },
    'other',
  );
  expect(await errorOf(foreign)).toBe('invalid_grant');
  expect((await engine.redeem(code)).status).toBe(200);
});

test('a revoked access token is dead at once; a revoked refresh token takes its family along', async () => {
  const tokens = await engine.signIn();
  expect((await engine.revoke(tokens.access_token)).status).toBe(200);
  expect((await engine.userinfo(tokens.access_token)).status).toBe(401);
  const others = await engine.signIn();
  expect((await engine.revoke(others.refresh_token)).status).toBe(200);
  expect((await engine.userinfo(others.access_token)).status).toBe(401);
});

test('a token that could not be written is never handed out', async () => {
  const { refresh_token } = await engine.signIn();
  const constraint = (text: string) => engine.storage.database.count({ name: 'test_constraint', text, dynamic: true });
  await constraint(`alter table oidc_token add constraint refuses check (kind <> 'AccessToken') not valid`);
  try {
    const response = await engine.refresh(refresh_token);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('_token');
    expect((await engine.token({ grant_type: 'client_credentials' })).status).toBe(200);
  } finally {
    await constraint('alter table oidc_token drop constraint refuses');
  }
});

test('a session that was ended elsewhere ends its tokens, and the browser must sign in again', async () => {
  const browser = new Browser();
  const tokens = await engine.signIn(browser);
  const { sessions } = engine.storage.stores;
  await sessions.endAll(engine.realmId, engine.userId);
  expect((await engine.userinfo(tokens.access_token)).status).toBe(401);
  expect(await errorOf(await engine.refresh(tokens.refresh_token))).toBe('invalid_grant');
  await expect(engine.authorize('app', browser)).resolves.toBeDefined();
  expect(engine.statements()).toContain('oidc_write_grant_prompt');
});

test('a device is signed in by its user code, once', async () => {
  const started = (await (await engine.post('/device/auth', { scope: 'openid' })).json()) as {
    device_code: string;
    user_code: string;
  };
  const poll = () =>
    engine.token({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: started.device_code,
    });
  expect(await errorOf(await poll())).toBe('authorization_pending');

  const browser = new Browser();
  const page = `${engine.provider.issuer}/device`;
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await (await browser.get(page)).text())?.[1] ?? '';
  const body = new URLSearchParams({ xsrf, user_code: started.user_code, confirm: 'yes' });
  let response = await browser.get(page, { method: 'POST', body });
  for (let location = response.headers.get('location'); location; location = response.headers.get('location'))
    response = await browser.get(new URL(location, page).href, {
      method: location.includes('/interaction/') ? 'POST' : 'GET',
    });
  expect(response.status).toBe(200);

  const { fulfilled } = await race(10, poll);
  expect(fulfilled.filter(({ status }) => status === 200)).toHaveLength(1);
});
