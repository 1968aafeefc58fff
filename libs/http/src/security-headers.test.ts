import fc from 'fast-check';
import { answersOk, send, serve } from '../test/serve.ts';
import { allowFormTargets, formTarget } from './security-headers.ts';

test('every response carries the headers, errors too', async () => {
  await using app = await serve((koa) =>
    koa.use((ctx) => {
      if (ctx.path === '/fails') throw new Error('boom');
      ctx.body = 'ok';
    }),
  );
  for (const path of ['/', '/fails']) {
    const { headers } = await send(app.port, path);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'strict-transport-security': 'max-age=31536000',
    });
  }
});

test('a provider on plain http does not promise https', async () => {
  await using app = await serve(answersOk, {
    publicUrl: new URL('http://localhost:8080'),
  });
  expect((await send(app.port, '/')).headers['strict-transport-security']).toBeUndefined();
});

test('a response may let its forms lead to a relying party, and only to it', async () => {
  await using app = await serve((koa) =>
    koa.use((ctx) => {
      allowFormTargets(ctx, ['https://rp.example/callback', 'https://rp.example/other', 'com.example.app:/callback']);
      ctx.body = 'ok';
    }),
  );
  const policy = (await send(app.port, '/')).headers['content-security-policy'];
  expect(policy).toContain("form-action 'self' https://rp.example com.example.app:; frame-ancestors");
});

test.each([
  ['http://127.0.0.1:4000/cb', 'http://127.0.0.1:4000'],
  ['http://[::1]:4000/cb', 'http:'],
  ['https://a;script-src-elem/cb', undefined],
  ["https://a'b/cb", undefined],
  ['https://a,b/cb', undefined],
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['not a url', undefined],
])('the form target of %s is %s', (uri, target) => {
  expect(formTarget(uri)).toBe(target);
});

test('no redirect URI can end the directive or add a source (H53)', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string(),
        fc.string().map((text) => `https://${text}`),
      ),
      (uri) => {
        expect(formTarget(uri) ?? '').not.toMatch(/[;,\s'"*]/);
      },
    ),
  );
});
