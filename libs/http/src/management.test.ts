import { capturingLogger, listening, send } from '../test/serve.ts';
import { createManagement, type HealthCheck } from './management.ts';
import { createMetrics } from './metrics.ts';

async function management(checks: Record<string, HealthCheck>) {
  const { logger, log } = capturingLogger();
  const metrics = createMetrics();
  const { server, drain } = createManagement({ logger, metrics, checks });
  const port = await listening(server);
  return {
    get: (path: string, method = 'GET') => send(port, path, { method }),
    drain,
    metrics,
    log,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const up = async () => {};

test('ready names every check, and is 200 only when all are up', async () => {
  let database: HealthCheck = up;
  await using server = await management({ database: () => database(), keys: up });
  expect(await server.get('/health/ready')).toMatchObject({ status: 200 });
  database = () => Promise.reject(new Error('canary: password of postgres'));
  const down = await server.get('/health/ready');
  expect(down.status).toBe(503);
  expect(JSON.parse(down.body)).toEqual({
    status: 'down',
    checks: { database: { status: 'down', ms: expect.any(Number) }, keys: { status: 'up', ms: expect.any(Number) } },
  });
  expect(server.log.text()).toContain('canary');
  expect(await server.get('/health/live')).toMatchObject({ status: 200 });
});

test('a check that throws at once is down, not a crash', async () => {
  await using server = await management({
    broken: () => {
      throw new Error('no');
    },
  });
  expect(await server.get('/health/ready')).toMatchObject({ status: 503 });
});

test('a check that never answers is down after its limit', async () => {
  await using server = await management({ stuck: () => new Promise(() => {}) });
  const answer = await server.get('/health/ready');
  expect(JSON.parse(answer.body)).toMatchObject({ checks: { stuck: { status: 'down' } } });
});

test('probes that overlap run the checks once', async () => {
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  await using server = await management({
    database: () => {
      runs += 1;
      return gate.promise;
    },
  });
  const probes = Array.from({ length: 10 }, () => server.get('/health/ready'));
  while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  gate.resolve();
  await Promise.all(probes);
  expect(runs).toBeLessThan(10);
});

test('what needs attention is told beside the checks, and makes no process unready, not even by failing', async () => {
  let attention = async () => ['break glass is open'];
  const { logger } = capturingLogger();
  const { server } = createManagement({
    logger,
    metrics: createMetrics(),
    checks: { database: up },
    attention: () => attention(),
  });
  const port = await listening(server);
  expect(JSON.parse((await send(port, '/health/ready')).body)).toMatchObject({
    status: 'up',
    attention: ['break glass is open'],
  });
  attention = () => Promise.reject(new Error('no'));
  const answer = await send(port, '/health/ready');
  expect([answer.status, JSON.parse(answer.body).attention]).toEqual([200, undefined]);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

test('a draining process is live but not ready', async () => {
  await using server = await management({ database: up });
  server.drain();
  expect(JSON.parse((await server.get('/health/ready')).body)).toMatchObject({
    status: 'down',
    checks: { shutdown: {} },
  });
  expect(await server.get('/health/live')).toMatchObject({ status: 200 });
});

test('metrics show sign-ins, statements, the hash queue and the event loop', async () => {
  await using server = await management({});
  server.metrics.signIn({ outcome: 'success', factor: 'totp' });
  server.metrics.statement('session_touch', 0.002);
  server.metrics.watchHashQueue({ inFlight: () => 2, queued: () => 5 });
  const { headers, body } = await server.get('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain/);
  expect(body).toContain('sparekey_sign_ins_total{outcome="success",factor="totp"} 1');
  expect(body).toContain('sparekey_statement_seconds_count{statement="session_touch"} 1');
  expect(body).toContain('sparekey_hash_in_flight 2');
  expect(body).toContain('sparekey_hash_queued 5');
  expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
});

test.each([
  ['/', 'GET', 404],
  ['/health', 'GET', 404],
  ['/metrics', 'POST', 405],
  ['/health/live?x=1', 'GET', 200],
  ['/health/ready', 'HEAD', 200],
])('%s by %s is %i', async (path, method, status) => {
  await using server = await management({});
  expect((await server.get(path, method)).status).toBe(status);
});
