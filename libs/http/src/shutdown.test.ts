import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { capturingLogger, listening, send } from '../test/serve.ts';
import { createServer } from './server.ts';
import { gracefulShutdown } from './shutdown.ts';

async function slowServer() {
  const arrived = Promise.withResolvers<ServerResponse>();
  const server = createServer((incoming, response) => {
    if (incoming.url === '/slow') arrived.resolve(response);
    else response.end('fast');
  });
  return { server, port: await listening(server), arrived: arrived.promise };
}

test('requests in flight are finished before the closers run, in order, once', async () => {
  const { server, port, arrived } = await slowServer();
  const { logger, log } = capturingLogger();
  const steps: string[] = [];
  const shutdown = gracefulShutdown({
    logger,
    servers: [server],
    beforeDrain: () => steps.push('not ready'),
    closers: [
      { name: 'worker', close: async () => steps.push('worker') },
      {
        name: 'broken',
        close: () => {
          throw new Error('broken closer');
        },
      },
      { name: 'database', close: () => steps.push('database') },
    ],
  });
  const inFlight = send(port, '/slow');
  const response = await arrived;
  const stopped = Promise.all([shutdown('SIGTERM'), shutdown('SIGTERM')]);
  await expect(send(port, '/new')).rejects.toThrow();
  expect(steps).toEqual(['not ready']);
  response.end('finished');
  expect((await inFlight).body).toBe('finished');
  await stopped;
  expect(steps).toEqual(['not ready', 'worker', 'database']);
  expect(log.text()).toContain('broken closer');
  expect(log.text()).not.toContain('were cut');
});

test('a request that outlives the limit is cut', async () => {
  const { server, port, arrived } = await slowServer();
  const { logger, log } = capturingLogger();
  const inFlight = send(port, '/slow').catch((error: unknown) => error);
  await arrived;
  await gracefulShutdown({ logger, servers: [server], closers: [], drainLimitMs: 50 })('test');
  expect(await inFlight).toMatchObject({ code: 'ECONNRESET' });
  expect(log.text()).toContain('were cut');
});

test('idle keep-alive connections do not hold a shutdown up', async () => {
  const { server, port } = await slowServer();
  const agent = new Agent({ keepAlive: true });
  const outgoing = request({ host: '127.0.0.1', port, path: '/', agent }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  const started = performance.now();
  const { logger } = capturingLogger();
  await gracefulShutdown({ logger, servers: [server], closers: [], drainLimitMs: 5_000 })('test');
  expect(performance.now() - started).toBeLessThan(2_000);
  agent.destroy();
});

test('a keep-alive connection whose last request ends during the drain does not hold it up', async () => {
  const { server, port, arrived } = await slowServer();
  const agent = new Agent({ keepAlive: true });
  const outgoing = request({ host: '127.0.0.1', port, path: '/slow', agent }).end();
  const response = await arrived;
  const { logger, log } = capturingLogger();
  const stopped = gracefulShutdown({ logger, servers: [server], closers: [], drainLimitMs: 5_000 })('test');
  response.end('finished');
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  answer.resume();
  await stopped;
  expect(log.text()).not.toContain('were cut');
  agent.destroy();
});

test('a server that never listened does not hold a shutdown up', async () => {
  const { logger } = capturingLogger();
  await gracefulShutdown({ logger, servers: [createServer(() => {})], closers: [] })('test');
});
