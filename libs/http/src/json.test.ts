import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AppError } from '@sparekey/contracts';
import { jsonLimitBytes, readJson } from './json.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((req, res) => {
    readJson({ req, set: (name, value) => res.setHeader(name, value) }).then(
      (value) => res.end(JSON.stringify(value)),
      (error: AppError) => res.end(`${error.code} ${error.publicMessage ?? ''} ${String(error.cause ?? '')}`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const post = async (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  (await fetch(url, { method: 'POST', body, headers: { 'content-type': type, connection: 'close' } })).text();

test('an object is read, whatever its keys', async () => {
  expect(await post('{"a":[1],"__proto__":{"b":2}}')).toBe('{"a":[1],"__proto__":{"b":2}}');
  expect(await post('{}', 'application/json; charset=UTF-8')).toBe('{}');
});

test.each([
  ['[1]', 'application/json', 'bad_request'],
  ['null', 'application/json', 'bad_request'],
  ['{"password":"correct horse"', 'application/json', 'bad_request'],
  ['', 'application/json', 'bad_request'],
  ['{}', 'text/plain', 'unsupported_media_type'],
  ['{}', 'application/json; charset=latin1', 'unsupported_media_type'],
  ['a=b', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
  [`{"a":"${'x'.repeat(jsonLimitBytes)}"}`, 'application/json', 'payload_too_large'],
])('%.30s as %s is refused, and nothing of it is repeated', async (body, type, code) => {
  const answer = await post(body, type);
  expect(answer.split(' ')[0]).toBe(code);
  expect(answer).not.toContain('horse');
});

test('bytes that are no UTF-8 are refused', async () => {
  expect(await post(Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toContain('bad_request');
});
