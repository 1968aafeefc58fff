import { AppError } from '@sparekey/contracts';
import type { Context, Middleware } from 'koa';
import { type Problem, problemOf, toAppError } from './problem.ts';
import { requestOf } from './request-context.ts';

/** Renders a problem as an HTML page, in the language of the request. */
export type ProblemPage = (ctx: Context, problem: Problem) => string | Promise<string>;

function wantsPage(ctx: Context): boolean {
  return ctx.accepts('application/problem+json', 'application/json', 'text/html') === 'text/html';
}

/**
 * Turns what is thrown below, and an address nobody answered, into a response: the injected page for browsers,
 * problem+json (RFC 9457) for the rest. An unexpected error is logged with its cause and answered with a request id and
 * nothing else. A page that cannot be rendered falls back to problem+json.
 */
export function errorHandler(options: { page?: ProblemPage } = {}): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined && ctx.respond !== false) {
        throw new AppError('not_found', 'no route');
      }
      if (ctx.status === 405 && !ctx.body && ctx.respond !== false) {
        throw new AppError('method_not_allowed', 'no such method on this route');
      }
    } catch (thrown) {
      await answer(ctx, toAppError(thrown), options.page);
    }
  };
}

async function answer(ctx: Context, error: AppError, page: ProblemPage | undefined): Promise<void> {
  const { log, origin } = requestOf(ctx);
  // A flood must not fill the log as well; its entries of requests have the status.
  if (error.code === 'overloaded') log.debug({ errorCode: error.code }, 'request turned away');
  else if (error.status >= 500) log.error({ err: error, errorCode: error.code }, 'request failed');
  else log.debug({ err: error, errorCode: error.code }, 'request refused');
  if (ctx.headerSent) {
    // Too late for an answer: a cut connection at least does not look like a complete one.
    ctx.res.destroy();
    return;
  }
  const problem = problemOf(error, origin.requestId);
  ctx.respond = true;
  ctx.status = error.status;
  ctx.remove('Content-Encoding');
  ctx.set('Cache-Control', 'no-store');
  if (error.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(Math.ceil(error.retryAfterSeconds)));
  if (page !== undefined && wantsPage(ctx)) {
    try {
      const html = await page(ctx, problem);
      ctx.type = 'html';
      ctx.body = html;
      return;
    } catch (failure) {
      log.error({ err: failure }, 'the error page cannot be rendered');
    }
  }
  ctx.status = error.status;
  ctx.body = JSON.stringify(problem);
  ctx.type = 'application/problem+json';
}
