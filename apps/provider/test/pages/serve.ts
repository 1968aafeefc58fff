import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { securityHeaders } from '@sparekey/http';
import Koa from 'koa';
import { assets, negotiateLocale } from '../../src/pages/index.ts';
import { samples, sampleView } from './samples.ts';

/** Serves the sample pages at `/{name}?lang=…` with the headers of the provider, its Content-Security-Policy first of all. */
export async function serveSamples(): Promise<{ url: string; close(): Promise<void> }> {
  const app = new Koa();
  app.use(securityHeaders({ https: false }));
  app.use((ctx) => {
    const asset = assets.get(ctx.path.replace('/assets/', ''));
    const draw = samples[ctx.path.slice(1)];
    if (asset) {
      ctx.type = asset.type;
      ctx.body = asset.buffer;
    } else if (draw) {
      ctx.type = 'html';
      ctx.body = draw(sampleView(negotiateLocale({ chosen: String(ctx.query.lang) }))).toString();
    }
  });
  const server = createServer(app.callback());
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
