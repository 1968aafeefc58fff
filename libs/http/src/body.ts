import type { IncomingMessage } from 'node:http';
import { AppError } from '@sparekey/contracts';
import getRawBody from 'raw-body';

/** The part of a Koa context that reading needs. */
export interface BodySource {
  req: IncomingMessage;
  set(name: string, value: string): void;
}

/**
 * Reads a whole body of one media type. Errors: `unsupported_media_type` for anything but uncompressed `type` in UTF-8,
 * `payload_too_large` beyond `limitBytes` (the rest stays unread, the connection closes), `bad_request` when it does not
 * arrive in full or is no UTF-8.
 */
export async function readBody(ctx: BodySource, { type, limitBytes }: { type: string; limitBytes: number }) {
  requireType(ctx.req, type);
  let body: Buffer;
  try {
    body = await getRawBody(ctx.req, { limit: limitBytes, length: ctx.req.headers['content-length'] ?? null });
  } catch (cause) {
    ctx.set('Connection', 'close');
    const tooLarge = (cause as { type?: unknown }).type === 'entity.too.large';
    throw tooLarge
      ? new AppError('payload_too_large', `${type} of more than ${limitBytes} bytes`, { cause })
      : new AppError('bad_request', 'the body did not arrive in full', { cause });
  }
  return body;
}

function requireType(request: IncomingMessage, wanted: string): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='));
  const accepted =
    type.trim() === wanted &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    (request.headers['content-encoding'] ?? 'identity') === 'identity';
  if (!accepted) throw new AppError('unsupported_media_type', `not uncompressed ${wanted} in UTF-8`);
}

/** Errors: `bad_request` for bytes that are no UTF-8. */
export function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new AppError('bad_request', 'the body is not UTF-8', { cause });
  }
}
