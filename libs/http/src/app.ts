import Koa from 'koa';
import { errorHandler, type ProblemPage } from './error-handler.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { addressesIn } from './network.ts';
import { pinPublicUrl } from './public-url.ts';
import { requestContext } from './request-context.ts';
import { securityHeaders } from './security-headers.ts';

export interface AppOptions {
  logger: Logger;
  /** SPAREKEY_URL: the only source of scheme and host. */
  publicUrl: URL;
  /** SPAREKEY_TRUSTED_PROXIES: addresses and CIDR ranges. */
  trustedProxies: readonly string[];
  metrics?: Pick<Metrics, 'httpRequest'>;
  /** Page for failures that a browser meets; without it every failure is problem+json. */
  problemPage?: ProblemPage;
}

/**
 * A Koa app with everything in its right order before the first route: request id, log and metrics; the public URL;
 * security headers; errors as responses. Add routes with `app.use(…)`, serve with `createServer(app.callback())`.
 */
export function createApp(options: AppOptions): Koa {
  const app = new Koa();
  app.use(
    requestContext({
      logger: options.logger,
      trustedProxies: addressesIn(options.trustedProxies),
      ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    }),
  );
  app.use(pinPublicUrl(options.publicUrl));
  app.use(securityHeaders({ https: options.publicUrl.protocol === 'https:' }));
  app.use(errorHandler(options.problemPage === undefined ? {} : { page: options.problemPage }));
  // Only what fails outside the error handler arrives here, such as a response stream that breaks.
  app.on('error', (err: unknown) => options.logger.error({ err }, 'response failed'));
  return app;
}
