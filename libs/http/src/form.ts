import { AppError } from '@sparekey/contracts';
import { type BodySource, decodeUtf8, readBody } from './body.ts';

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
export async function readForm(ctx: BodySource): Promise<Form> {
  return parseForm(await readBody(ctx, { type: 'application/x-www-form-urlencoded', limitBytes: formLimitBytes }));
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

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new AppError('bad_request', 'malformed escape in a form field', { cause });
  }
}
