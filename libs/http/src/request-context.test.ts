import Router from '@koa/router';
import { answersOk, send, serve } from '../test/serve.ts';
import { createMetrics } from './metrics.ts';
import { origin, requestOf } from './request-context.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The response can reach its reader before the server has seen it close. */
async function requestEntries(app: Awaited<ReturnType<typeof serve>>, count = 1): Promise<Record<string, unknown>[]> {
  for (;;) {
    const entries = app.log.entries.filter((entry) => entry.msg === 'request');
    if (entries.length >= count) return entries;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a request entry holds what the allow-list names and nothing of header, cookie, query or body', async () => {
  await using app = await serve((koa) => {
    const router = new Router();
    router.post('/realms/:realm/sign-in/:uid', (ctx) => {
      ctx.body = 'ok';
    });
    koa.use(router.routes());
  });
  await send(app.port, '/realms/demo/sign-in/canary-uid?code=canary', {
    method: 'POST',
    headers: {
      cookie: 'session=canary',
      authorization: 'Bearer canary',
      'x-any': 'canary',
      referer: 'https://x/canary',
    },
    body: 'password=canary',
  });
  const [entry] = await requestEntries(app);
  expect(Object.keys(entry ?? {}).sort()).toEqual(
    ['level', 'method', 'ms', 'msg', 'name', 'pid', 'realm', 'requestId', 'route', 'status', 'time'].sort(),
  );
  expect(entry).toMatchObject({ method: 'POST', route: '/realms/:realm/sign-in/:uid', status: 200, realm: 'demo' });
  expect(app.log.text()).not.toContain('canary');
});

test('an unknown path is logged without its query, and cut', async () => {
  await using app = await serve(() => {});
  await send(app.port, `/${'a'.repeat(500)}?code=canary`);
  const [entry] = await requestEntries(app);
  expect(entry).toMatchObject({ path: `/${'a'.repeat(199)}`, status: 404 });
});

test('the id of the entry, of the response and of the origin are one', async () => {
  let seen: string | undefined;
  await using app = await serve((koa) =>
    koa.use((ctx) => {
      seen = origin(ctx).requestId;
      ctx.body = 'ok';
    }),
  );
  const { headers } = await send(app.port, '/', { headers: { 'x-request-id': 'from-outside-1' } });
  expect(headers['x-request-id']).toMatch(uuid);
  expect(seen).toBe(headers['x-request-id']);
  expect((await requestEntries(app))[0]?.requestId).toBe(seen);
});

test.each([
  ['well-formed-id.1', true],
  ['short', false],
  ['x'.repeat(65), false],
  ['has space in it', false],
  ['<script>alert(1)', false],
  ['a"b"c"d"e"f', false],
])('from a trusted proxy the request id %j is kept: %s', async (offered, kept) => {
  await using app = await serve(answersOk, { trustedProxies: ['127.0.0.0/8'] });
  const { headers } = await send(app.port, '/', { headers: { 'x-request-id': offered } });
  if (kept) expect(headers['x-request-id']).toBe(offered);
  else expect(headers['x-request-id']).toMatch(uuid);
});

test('a user agent is bounded and free of control characters', async () => {
  let agent = '';
  await using app = await serve((koa) =>
    koa.use((ctx) => {
      agent = origin(ctx).userAgent;
    }),
  );
  await send(app.port, '/', { headers: { 'user-agent': `Fire\tfox\u00ad ${'y'.repeat(2000)}` } });
  expect(agent).toMatch(/^Firefox y+$/);
  expect(agent).toHaveLength(512);
});

test('a path that nobody routes does not add a label to the metrics', async () => {
  const metrics = createMetrics();
  await using app = await serve(
    (koa) =>
      koa.use((ctx) => {
        if (ctx.path === '/known') {
          requestOf(ctx).route = '/known';
          ctx.body = 'ok';
        }
      }),
    { metrics },
  );
  for (const path of ['/known', '/wp-admin', '/.env']) await send(app.port, path);
  await send(app.port, '/known', { method: 'PROPFIND' });
  await requestEntries(app, 4);
  const { body } = await metrics.render();
  const series = [...body.matchAll(/^sparekey_http_request_seconds_count\{(.*)\} (\d+)$/gm)].map((match) =>
    match.slice(1),
  );
  expect(series.sort()).toEqual([
    ['method="GET",route="/known",status="200"', '1'],
    ['method="GET",route="other",status="404"', '2'],
    ['method="other",route="/known",status="200"', '1'],
  ]);
});

test('what a client says about host and scheme reaches no handler', async () => {
  const seen: unknown[] = [];
  await using app = await serve(
    (koa) => {
      koa.proxy = true;
      koa.use((ctx) => {
        seen.push([`${ctx.protocol}://${ctx.host}`, ctx.ip, ctx.headers.forwarded]);
        ctx.body = 'ok';
      });
    },
    { trustedProxies: ['127.0.0.1'] },
  );
  const hostile = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '1.1.1.1, 203.0.113.9',
    'x-forwarded-port': '1',
    forwarded: 'host=evil.example',
  };
  await send(app.port, '/', { headers: hostile });
  expect(seen).toEqual([['https://id.example', '203.0.113.9', undefined]]);
});
