import { createServer, type RequestListener } from 'node:http';
import { listening } from '../test/serve.ts';
import { type GuardedRequestOptions, guardedFetch, guardedRequest } from './guarded-request.ts';

/** A server that must hear nothing, or whose answers are hostile. */
async function canary(listener: RequestListener = (_request, response) => response.end('reached'), host = '127.0.0.1') {
  let hits = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    hits += 1;
    listener(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listening(server, host);
  return {
    port,
    hits: () => hits,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What SPAREKEY_DEMO=1 allows. */
const allow = ['127.0.0.0/8', '::1/128'];

const reason = (expected: string) => expect.objectContaining({ name: 'OutboundError', reason: expected });

/** A resolver that answers as told, in place of the network's. */
const resolvesTo = (...addresses: string[]): Pick<GuardedRequestOptions, 'resolve'> => ({
  resolve: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});

test.each([
  ['dotted', '127.0.0.1'],
  ['decimal', '2130706433'],
  ['octal', '0177.0.0.1'],
  ['hexadecimal', '0x7f.0.0.1'],
  ['one hexadecimal number', '0x7f000001'],
  ['short', '127.1'],
  ['full-width digits', '１２７.０.０.１'],
  ['IPv4-mapped', '[::ffff:127.0.0.1]'],
  ['IPv4-mapped in hexadecimal', '[::ffff:7f00:1]'],
  ['IPv6 loopback', '[::1]'],
  ['IPv6 loopback in full', '[0:0:0:0:0:0:0:1]'],
  ['the unspecified address', '0.0.0.0'],
  ['the unspecified IPv6 address', '[::]'],
  ['metadata service', '169.254.169.254'],
  ['metadata service as a number', '2852039166'],
  ['private', '10.0.0.1'],
  ['unique local', '[fd00:ec2::254]'],
  ['link-local', '[fe80::1]'],
  ['NAT64 of loopback', '[64:ff9b::7f00:1]'],
])('an address is refused however it is written: %s (H39)', async (_form, host) => {
  await using server = await canary();
  await expect(guardedRequest(`https://${host}:${server.port}/`)).rejects.toEqual(reason('address'));
  expect(server.connections()).toBe(0);
});

test.each(['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', 'fd00::1'])(
  'a name that leads to %s is refused, alone or beside a public address',
  async (address) => {
    await using server = await canary();
    const url = `https://rebind.example:${server.port}/`;
    await expect(guardedRequest(url, resolvesTo(address))).rejects.toEqual(reason('address'));
    await expect(guardedRequest(url, resolvesTo('8.8.8.8', address))).rejects.toEqual(reason('address'));
    expect(server.connections()).toBe(0);
  },
);

test('the name is resolved once, and the socket gets that answer: rebinding gains nothing', async () => {
  await using server = await canary();
  const answers = ['127.0.0.1', '8.8.8.8'];
  let lookups = 0;
  const resolve = async () => {
    lookups += 1;
    return [{ address: answers.shift() ?? '8.8.8.8', family: 4 }];
  };
  const attempt = guardedRequest(`http://localhost:${server.port}/`, { allow, resolve });
  expect((await attempt).body.toString()).toBe('reached');
  expect(lookups).toBe(1);
});

test('localhost is refused by what it resolves to', async () => {
  await using server = await canary();
  await expect(guardedRequest(`https://localhost:${server.port}/`)).rejects.toEqual(reason('address'));
  expect(server.connections()).toBe(0);
});

test.each([
  ['plain http', 'http://example.org/'],
  ['a file', 'file:///etc/passwd'],
  ['ftp', 'ftp://example.org/'],
  ['data', 'data:text/plain,x'],
  ['credentials in the URL', 'https://user:secret@example.org/'],
  ['no URL', 'example.org'],
  ['nothing', ''],
])('%s is refused before anything is resolved', async (_title, url) => {
  const resolve = () => Promise.reject(new Error('must not be asked'));
  await expect(guardedRequest(url, { resolve })).rejects.toEqual(reason('url'));
});

test('a demo may reach this machine over http, by every one of its names', async () => {
  await using four = await canary();
  await using six = await canary(undefined, '::1');
  const options = { allow };
  expect((await guardedRequest(`http://127.0.0.1:${four.port}/`, options)).body.toString()).toBe('reached');
  expect((await guardedRequest(`http://[::1]:${six.port}/`, options)).body.toString()).toBe('reached');
});

test('an allowed range opens no other address, and no plain http to a public one', async () => {
  await expect(guardedRequest('http://10.0.0.1/', { allow })).rejects.toEqual(reason('address'));
  await expect(guardedRequest('https://10.0.0.1/', { allow })).rejects.toEqual(reason('address'));
  await expect(guardedRequest('http://8.8.8.8/', { allow })).rejects.toEqual(reason('address'));
  await expect(guardedRequest('http://localhost/', { allow, ...resolvesTo('8.8.8.8') })).rejects.toEqual(
    reason('address'),
  );
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) to a private address is refused, not followed',
  async (status) => {
    await using secret = await canary();
    await using server = await canary((_request, response) => {
      response.writeHead(status, { Location: `http://127.0.0.1:${secret.port}/` }).end();
    });
    const attempt = guardedRequest(`http://127.0.0.1:${server.port}/`, { allow });
    await expect(attempt).rejects.toEqual(reason('redirect'));
    expect([server.hits(), secret.hits()]).toEqual([1, 0]);
  },
);

test('an endless answer is cut at the cap (H40)', async () => {
  let sent = 0;
  await using server = await canary((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  const attempt = guardedRequest(`http://127.0.0.1:${server.port}/`, { allow, maxBytes: 100_000 });
  await expect(attempt).rejects.toEqual(reason('too_large'));
  expect(sent).toBeLessThan(50_000_000);
});

test('a compressed bomb is not unpacked: identity is asked for, bytes are counted as received', async () => {
  let encoding: string | undefined;
  await using server = await canary((request, response) => {
    encoding = request.headers['accept-encoding'];
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(Buffer.alloc(1000));
  });
  const { body } = await guardedRequest(`http://127.0.0.1:${server.port}/`, { allow });
  expect(encoding).toBe('identity');
  expect(body).toHaveLength(1000);
});

test.each([
  ['says nothing', () => {}],
  [
    'drips for ever',
    (_request, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    },
  ],
] as [string, RequestListener][])('a server that %s is given up at the time limit', async (_title, listener) => {
  await using server = await canary(listener);
  const started = performance.now();
  const attempt = guardedRequest(`http://127.0.0.1:${server.port}/`, { allow, timeoutMs: 150 });
  await expect(attempt).rejects.toEqual(reason('timeout'));
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a resolver that never answers is given up at the time limit', async () => {
  const resolve = () => new Promise<never>(() => {});
  await expect(guardedRequest('https://slow.example/', { resolve, timeoutMs: 100 })).rejects.toEqual(reason('timeout'));
});

test('a connection that breaks is a network failure', async () => {
  await using server = await canary((request) => request.socket.destroy());
  const attempt = guardedRequest(`http://127.0.0.1:${server.port}/`, { allow });
  await expect(attempt).rejects.toEqual(reason('network'));
});

test('an answer cut short is a network failure, not a short answer', async () => {
  await using server = await canary((_request, response) => {
    response.writeHead(200, { 'Content-Length': '1000' }).write('half', () => response.destroy());
  });
  const attempt = guardedRequest(`http://127.0.0.1:${server.port}/`, { allow });
  await expect(attempt).rejects.toEqual(reason('network'));
});

test('method, headers and body arrive; status and headers come back, errors of the peer too', async () => {
  await using server = await canary(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(503, { 'X-Seen': `${request.method} ${request.headers['x-a']} ${body}` }).end('busy');
  });
  const answer = await guardedRequest(`http://127.0.0.1:${server.port}/`, {
    allow,
    method: 'POST',
    headers: { 'x-a': 'b' },
    body: 'c',
  });
  expect(answer).toMatchObject({ status: 503, headers: { 'x-seen': 'POST b c' }, body: Buffer.from('busy') });
});

test('the guarded fetch keeps the guard and speaks fetch', async () => {
  await using server = await canary(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url === '/empty') response.writeHead(204).end();
    else response.end(`${request.headers['content-type']} ${body}`);
  });
  const url = `http://127.0.0.1:${server.port}`;
  await expect(guardedFetch()(url)).rejects.toEqual(reason('url'));
  const fetchLocally = guardedFetch({ allow });
  const answer = await fetchLocally(url, { method: 'post', body: new URLSearchParams({ logout_token: 'x' }) });
  expect(await answer.text()).toBe('application/x-www-form-urlencoded;charset=UTF-8 logout_token=x');
  expect((await fetchLocally(`${url}/empty`)).status).toBe(204);
  await expect(fetchLocally(url, { signal: AbortSignal.abort() })).rejects.toEqual(reason('network'));
});
