import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assets, CONTENT_SECURITY_POLICY, negotiateLocale } from '../../src/pages/index.ts';
import { samples, sampleView } from './samples.ts';

/** Serves the sample pages at `/{name}?lang=…` as the provider does, with the same Content-Security-Policy. */
export async function serveSamples(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const asset = assets.get(url.pathname.replace('/assets/', ''));
    if (asset) {
      response.writeHead(200, { 'content-type': asset.type, etag: asset.etag }).end(asset.buffer);
      return;
    }
    const draw = samples[url.pathname.slice(1)];
    if (!draw) {
      response.writeHead(404).end();
      return;
    }
    const locale = negotiateLocale({ chosen: url.searchParams.get('lang') ?? undefined });
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': CONTENT_SECURITY_POLICY,
      })
      .end(draw(sampleView(locale)).toString());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
