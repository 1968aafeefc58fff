import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { listening } from '../test/serve.ts';
import { readBody } from './body.ts';
import { bodyArrived } from './body-arrived.ts';
import { createServer } from './server.ts';

const type = 'application/x-www-form-urlencoded';

/** A server that says when a body has arrived, then reads it and answers with it. */
async function reader() {
  const arrived: string[] = [];
  const server = createServer(async (request, response) => {
    await bodyArrived(request);
    arrived.push(request.url ?? '');
    const body = await readBody({ req: request, set: () => {} }, { type, limitBytes: 100_000 }).catch(() => 'cut off');
    response.end(`<${body.length} ${body.toString().slice(0, 20)}>`);
  });
  const port = await listening(server);
  return {
    arrived,
    open: () => connect(port, '127.0.0.1'),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const head = (path: string, length: string) =>
  `POST ${path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-type: ${type}\r\n${length}\r\n\r\n`;

async function answerOn(socket: Socket): Promise<string> {
  let received = '';
  for await (const chunk of socket) received += String(chunk);
  return received;
}

test.each([
  ['in one piece', 'content-length: 6', ['abcdef']],
  ['in pieces', 'content-length: 6', ['ab', 'cd', 'ef']],
  ['in chunks', 'transfer-encoding: chunked', ['3\r\nabc\r\n', '3\r\ndef\r\n', '0\r\n\r\n']],
])('a body that comes %s is read whole after it was waited for', async (_, length, pieces) => {
  await using server = await reader();
  const socket = server.open();
  socket.setNoDelay(true);
  socket.write(head('/', length));
  for (const piece of pieces) {
    expect(server.arrived).toEqual([]);
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await answerOn(socket)).toContain('<6 abcdef>');
});

test('a request without a body is not waited for', async () => {
  await using server = await reader();
  const socket = server.open();
  socket.write(head('/', 'content-length: 0'));
  expect(await answerOn(socket)).toContain('<0 >');
});

test('a body beyond the buffer is waited for no longer than until the buffer is full, and is read whole', async () => {
  await using server = await reader();
  const socket = server.open();
  socket.write(head('/', 'content-length: 90000'));
  socket.write('a'.repeat(90_000));
  expect(await answerOn(socket)).toContain('<90000 aaaaaaaaaaaaaaaaaaaa>');
});

test('a sender that hangs up halfway ends the wait', async () => {
  await using server = await reader();
  const socket = server.open();
  socket.write(`${head('/cut', 'content-length: 6')}abc`);
  const other = server.open();
  other.write(head('/other', 'content-length: 0'));
  await answerOn(other);
  expect(server.arrived).toEqual(['/other']);
  socket.destroy();
  await once(socket, 'close');
  const last = server.open();
  last.write(head('/last', 'content-length: 0'));
  await answerOn(last);
  expect(server.arrived).toContain('/cut');
});
