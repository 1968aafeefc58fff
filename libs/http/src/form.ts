import type { IncomingMessage } from 'node:http';
import { AppError } from '@sparekey/contracts';
import getRawBody from 'raw-body';

/** Fields of a posted form; every name occurs once. */
export interface Form {
  /** The value, or the empty string when the field was not sent: an empty input and a missing one mean the same. */
  get(name: string): string;
  has(name: string): boolean;
}

/** Largest form that is read, in bytes; the largest of our own has well under 2 KiB. */
export const formLimitBytes = 16 * 1024;
const maxFields = 100;

/**
 * Reads the body of a form post. Errors: `unsupported_media_type` for anything but
 * application/x-www-form-urlencoded in UTF-8, `payload_too_large` beyond 16 KiB (the rest stays unread, the connection
 * closes), `bad_request` for more than 100 fields, a repeated field, a null byte, or bytes that are no UTF-8.
 */
export async function readForm(ctx: { req: IncomingMessage; set(name: string, value: string): void }): Promise<Form> {
  requireFormType(ctx.req);
  let body: Buffer;
  try {
    body = await getRawBody(ctx.req, { limit: formLimitBytes, length: ctx.req.headers['content-length'] ?? null });
  } catch (cause) {
    ctx.set('Connection', 'close');
    const tooLarge = (cause as { type?: unknown }).type === 'entity.too.large';
    throw tooLarge
      ? new AppError('payload_too_large', `form of more than ${formLimitBytes} bytes`, { cause })
      : new AppError('bad_request', 'the form did not arrive in full', { cause });
  }
  return parseForm(body);
}

function requireFormType(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='));
  const accepted =
    type.trim() === 'application/x-www-form-urlencoded' &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    (request.headers['content-encoding'] ?? 'identity') === 'identity';
  if (!accepted) throw new AppError('unsupported_media_type', 'not an uncompressed form in UTF-8');
}

/** Parses a urlencoded body strictly: what a lenient parser would repair or merge is refused. */
export function parseForm(body: Uint8Array): Form {
  const fields = new Map<string, string>();
  const pairs = decodeUtf8(body)
    .split('&')
    .filter((pair) => pair !== '');
  if (pairs.length > maxFields) throw new AppError('bad_request', `more than ${maxFields} form fields`);
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decodeComponent(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeComponent(pair.slice(equals + 1));
    if (name.includes('\0') || value.includes('\0')) throw new AppError('bad_request', 'null byte in a form field');
    // Two values for one name are read differently by different readers: nobody may profit from that.
    if (fields.has(name)) throw new AppError('bad_request', 'a form field is repeated');
    fields.set(name, value);
  }
  return { get: (name) => fields.get(name) ?? '', has: (name) => fields.has(name) };
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new AppError('bad_request', 'form body is not UTF-8', { cause });
  }
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new AppError('bad_request', 'malformed escape in a form field', { cause });
  }
}
