import { AppError } from '@sparekey/contracts';
import { type BodySource, decodeUtf8, readBody } from './body.ts';

/** Largest JSON body that is read, in bytes. */
export const jsonLimitBytes = 16 * 1024;

/**
 * Reads a JSON object from a request. Errors: `unsupported_media_type` for anything but application/json,
 * `payload_too_large` beyond 16 KiB, `bad_request` for what is no JSON in UTF-8, and for JSON that is no object.
 */
export async function readJson(ctx: BodySource): Promise<Record<string, unknown>> {
  const value = parse(decodeUtf8(await readBody(ctx, { type: 'application/json', limitBytes: jsonLimitBytes })));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('bad_request', 'not a JSON object', { publicMessage: 'The body has to be a JSON object.' });
  }
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: the parser's message quotes the body, which may hold a secret.
    throw new AppError('bad_request', 'the body is no JSON', { publicMessage: 'The body is not JSON.' });
  }
}
