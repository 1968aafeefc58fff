import { AppError, errorCodes } from '@sparekey/contracts';
import { type Answer, send, serve } from '../test/serve.ts';
import type { ProblemPage } from './error-handler.ts';
import { toAppError } from './problem.ts';

async function failing(
  thrown: unknown,
  options: { accept?: string; page?: ProblemPage } = {},
): Promise<Answer & { log: string }> {
  await using app = await serve(
    (koa) =>
      koa.use(() => {
        throw thrown;
      }),
    options.page === undefined ? {} : { problemPage: options.page },
  );
  const answer = await send(app.port, '/x', { headers: { accept: options.accept ?? '*/*' } });
  return { ...answer, log: app.log.text() };
}

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

test.each(Object.entries(errorCodes))(
  '%s becomes a problem with its status and title',
  async (code, { status, title }) => {
    const answer = await failing(new AppError(code as keyof typeof errorCodes, 'canary for the log'));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toEqual({
      type: `urn:sparekey:error:${code}`,
      title,
      status,
      code,
      requestId: answer.headers['x-request-id'],
    });
  },
);

test.each([
  ['an Error', Object.assign(new Error('canary'), { detail: 'canary', status: 500, expose: true })],
  ['a database error', Object.assign(new Error('duplicate key canary'), { code: '23505' })],
  ['an http error that is not to be shown', Object.assign(new Error('canary'), { status: 400, expose: false })],
  ['a string', 'canary'],
  ['undefined', undefined],
  ['null', null],
  ['an object', { message: 'canary', status: 403, expose: true }],
])('%s that nobody expected tells the caller nothing, and the log its cause', async (_kind, thrown) => {
  const answer = await failing(thrown);
  expect(answer.status).toBe(500);
  expect(answer.body + JSON.stringify(answer.headers)).not.toContain('canary');
  expect(answer.log).toContain('request failed');
  if (thrown instanceof Error) expect(answer.log).toContain('canary');
});

test('an asynchronous failure is answered like any other', async () => {
  expect((await failing(Promise.reject(new Error('canary')).catch((error) => error))).status).toBe(500);
  await using app = await serve((koa) =>
    koa.use(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('canary');
    }),
  );
  expect(await send(app.port, '/')).toMatchObject({ status: 500, body: expect.not.stringContaining('canary') });
});

test('the public message is told, the internal one is not', async () => {
  const { body, log } = await failing(
    new AppError('conflict', 'row 17 is locked', { publicMessage: 'That name is taken.' }),
  );
  expect(JSON.parse(body)).toMatchObject({ detail: 'That name is taken.' });
  expect(body).not.toContain('row 17');
  expect(log).toContain('row 17');
});

test('a retry time is told in whole seconds', async () => {
  const { headers } = await failing(new AppError('overloaded', 'queue full', { retryAfterSeconds: 1.2 }));
  expect(headers['retry-after']).toBe('2');
});

test('a browser gets the page, a machine the problem', async () => {
  const page: ProblemPage = (_ctx, problem) => `<h1>${problem.title}</h1>${problem.requestId}`;
  const forBrowser = await failing(new AppError('sign_in_expired', 'x'), { accept: browser, page });
  expect(forBrowser.status).toBe(410);
  expect(forBrowser.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(forBrowser.body).toBe(`<h1>${errorCodes.sign_in_expired.title}</h1>${forBrowser.headers['x-request-id']}`);
  for (const accept of ['*/*', 'application/json', 'application/problem+json', '']) {
    const { headers } = await failing(new AppError('conflict', 'x'), { accept, page });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  }
});

test('a page that cannot be rendered falls back to the problem', async () => {
  const answer = await failing(new AppError('not_found', 'x'), {
    accept: browser,
    page: () => {
      throw new Error('template canary');
    },
  });
  expect(answer.status).toBe(404);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'not_found' });
  expect(answer.log).toContain('template canary');
});

test('an address that nobody answers is not_found', async () => {
  await using app = await serve(() => {});
  expect(JSON.parse((await send(app.port, '/nothing')).body)).toMatchObject({ code: 'not_found', status: 404 });
});

test('a failure in the middle of a response cuts the connection instead of ending it well', async () => {
  await using app = await serve((koa) =>
    koa.use((ctx) => {
      ctx.respond = false;
      ctx.res.writeHead(200, { 'content-length': '100' }).write('half');
      throw new Error('boom');
    }),
  );
  await expect(send(app.port, '/')).rejects.toThrow();
});

test('errors that Koa marks as the client’s keep their meaning', () => {
  const httpError = (status: number) => Object.assign(new Error('x'), { status, expose: true });
  expect([400, 404, 405, 413, 415, 418].map((status) => toAppError(httpError(status)).code)).toEqual([
    'bad_request',
    'not_found',
    'method_not_allowed',
    'payload_too_large',
    'unsupported_media_type',
    'bad_request',
  ]);
});
