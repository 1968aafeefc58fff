import { once } from 'node:events';
import { connect } from 'node:net';
import { listening, send } from '../test/serve.ts';
import { createServer, listen } from './server.ts';

async function echoServer() {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ url: request.url, client: request.headers['x-forwarded-for'] }));
  });
  const port = await listening(server);
  return { server, port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** Sends raw bytes and reads until the server closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return received;
}

test('a busy port is an error that names the setting', async () => {
  await using first = await echoServer();
  const second = createServer(() => {});
  await expect(listen(second, { host: '127.0.0.1', port: first.port, setting: 'SPAREKEY_PORT' })).rejects.toThrow(
    `Port ${first.port} on 127.0.0.1 is already in use. Stop the program that holds it, or set SPAREKEY_PORT to another port.`,
  );
  const { port } = await listen(second, { host: '127.0.0.1', port: 0, setting: 'SPAREKEY_PORT' });
  expect(port).toBeGreaterThan(0);
  second.close();
});

test('an address of another machine is an error that names it', async () => {
  const attempt = listen(
    createServer(() => {}),
    { host: '192.0.2.1', port: 0, setting: 'SPAREKEY_PORT' },
  );
  await expect(attempt).rejects.toThrow('192.0.2.1 is not an address of this machine');
});

test('headers of more than 16 KiB are 431', async () => {
  await using server = await echoServer();
  const answer = await send(server.port, '/', { headers: { 'x-large': 'a'.repeat(17 * 1024) } });
  expect(answer.status).toBe(431);
});

test('more than 100 headers are 431, so that none is dropped in silence', async () => {
  await using server = await echoServer();
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'a']));
  expect((await send(server.port, '/', { headers: many(110) })).status).toBe(431);
  const allowed = await send(server.port, '/', { headers: { ...many(95), 'x-forwarded-for': '203.0.113.9' } });
  expect(JSON.parse(allowed.body)).toMatchObject({ client: '203.0.113.9' });
});

test.each([
  ['a proxy’s request target', 'GET http://evil.example/x HTTP/1.1\r\nHost: id.example\r\n\r\n'],
  ['a request without a host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'a length beside chunks',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a bare line feed in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n'],
])('%s is 400', async (_title, bytes) => {
  await using server = await echoServer();
  expect(await exchange(server.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
});

test('limits on slow clients are set', async () => {
  await using server = await echoServer();
  expect(server.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 20_000, timeout: 30_000 });
});

test('a client that never finishes its headers is answered 408 and cut', async () => {
  const server = createServer((_request, response) => response.end());
  server.headersTimeout = 50;
  const port = await listening(server);
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
  server.close();
});
