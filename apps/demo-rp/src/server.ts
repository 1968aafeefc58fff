import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp, type Logger } from '@sparekey/http';
import type Koa from 'koa';
import { applications } from './applications.ts';
import * as pages from './pages.ts';
import { RelyingParty } from './relying-party.ts';
import { routes } from './routes.ts';
import { Sessions } from './sessions.ts';

export interface DemoOptions {
  /** Issuer of the realm whose people sign in. */
  issuer: URL;
  /** Address of this process, without a trailing slash. */
  baseUrl: string;
  logger: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

const style = readFileSync(join(import.meta.dirname, '../assets/style.css'));

/** The demonstration: two applications that share nothing but the provider they sign in with. */
export function createDemo({ issuer, baseUrl, logger, now = Date.now }: DemoOptions): Koa {
  const app = createApp({
    logger,
    publicUrl: new URL(baseUrl),
    trustedProxies: [],
    problemPage: (ctx, problem) => {
      const application = applications.find(({ key }) => ctx.path.startsWith(`/${key}`));
      return pages.failed(application, problem.title, problem.detail ?? `Reference: ${problem.requestId}`);
    },
  });
  app.use((ctx, next) => {
    if (ctx.path === '/style.css') {
      ctx.type = 'css';
      ctx.set('Cache-Control', 'no-cache');
      ctx.body = style;
    } else if (ctx.path === '/') {
      ctx.type = 'html';
      ctx.body = pages.home();
    } else return next();
  });
  for (const application of applications) {
    const party = new RelyingParty(application, issuer, baseUrl);
    const router = routes({ application, party, sessions: new Sessions(now), baseUrl, issuer, logger });
    app.use(router.routes()).use(router.allowedMethods());
  }
  return app;
}
