import fc from 'fast-check';
import { type Answer, send, serve } from '../test/serve.ts';
import { formLimitBytes, parseForm, readForm } from './form.ts';

const formType = { 'content-type': 'application/x-www-form-urlencoded' };

async function post(body: string | Buffer, headers: Record<string, string> = formType): Promise<Answer> {
  await using app = await serve((koa) =>
    koa.use(async (ctx) => {
      const form = await readForm(ctx);
      ctx.body = { username: form.get('username'), otp: form.get('otp'), hasOtp: form.has('otp') };
    }),
  );
  return await send(app.port, '/', { method: 'POST', headers, body });
}

test('fields are read, missing ones are empty', async () => {
  const { body } = await post('username=M%C3%BCller+%26+S%C3%B6hne&password=');
  expect(JSON.parse(body)).toEqual({ username: 'Müller & Söhne', otp: '', hasOtp: false });
});

test.each([
  ['JSON', 'application/json', 415],
  ['multipart', 'multipart/form-data; boundary=x', 415],
  ['plain text', 'text/plain', 415],
  ['another charset', 'application/x-www-form-urlencoded; charset=iso-8859-1', 415],
  ['a type that only begins like a form', 'application/x-www-form-urlencodedx', 415],
  ['UTF-8 by name', 'application/x-www-form-urlencoded;charset=UTF-8', 200],
  ['capitals', 'Application/X-WWW-Form-Urlencoded', 200],
])('%s as content type: %s → %i', async (_title, type, status) => {
  expect((await post('username=a', { 'content-type': type })).status).toBe(status);
});

test('no content type is not a form', async () => {
  expect((await post('username=a', {})).status).toBe(415);
});

test('a compressed form is not read', async () => {
  expect((await post('username=a', { ...formType, 'content-encoding': 'gzip' })).status).toBe(415);
});

test('a form of exactly the limit is read, one byte more is 413 and closes the connection', async () => {
  const exact = `username=${'a'.repeat(formLimitBytes - 9)}`;
  expect((await post(exact)).status).toBe(200);
  const more = await post(`${exact}a`);
  expect(more.status).toBe(413);
  expect(more.headers.connection).toBe('close');
});

test('a body that does not say its length is cut at the limit too', async () => {
  await using app = await serve((koa) =>
    koa.use(async (ctx) => {
      ctx.body = (await readForm(ctx)).get('username');
    }),
  );
  const headers = { ...formType, 'transfer-encoding': 'chunked' };
  const { status } = await send(app.port, '/', { method: 'POST', headers, body: 'a'.repeat(formLimitBytes * 4) });
  expect(status).toBe(413);
});

test.each([
  ['a repeated field', 'username=a&username=b'],
  ['a repeated field behind an escape', 'username=a&%75sername=b'],
  ['a null byte in a value', 'username=a%00b'],
  ['a null byte in a name', 'user%00name=a'],
  ['a raw null byte', 'username=a\0b'],
  ['a broken escape', 'username=%zz'],
  ['an unfinished escape', 'username=%e'],
  ['an escape that is no UTF-8', 'username=%ff'],
  ['an overlong escape', 'username=%c0%80'],
  ['a surrogate', 'username=%ed%a0%80'],
  ['101 fields', Array.from({ length: 101 }, (_, index) => `f${index}=`).join('&')],
])('%s is 400', async (_title, body) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'bad_request' });
});

test('raw bytes that are no UTF-8 are 400', async () => {
  expect((await post(Buffer.from([0x75, 0x3d, 0xff, 0xfe]))).status).toBe(400);
});

test('names of object machinery are names like any other', () => {
  const form = parseForm(Buffer.from('__proto__=x&constructor=y'));
  expect([form.get('__proto__'), form.get('constructor'), form.get('toString'), form.has('hasOwnProperty')]).toEqual([
    'x',
    'y',
    '',
    false,
  ]);
});

test('what a browser encodes is what is read', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })),
      (fields) => {
        fc.pre(!/\0/.test(JSON.stringify(fields)) && !JSON.stringify(fields).includes('\\u0000'));
        const form = parseForm(Buffer.from(new URLSearchParams(Object.entries(fields)).toString()));
        for (const [name, value] of Object.entries(fields)) expect(form.get(name)).toBe(value);
      },
    ),
  );
});

test('whatever bytes arrive, the answer is a form or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
      try {
        parseForm(body);
      } catch (error) {
        expect(error).toMatchObject({ name: 'AppError', status: 400 });
      }
    }),
    { numRuns: 1000 },
  );
});
