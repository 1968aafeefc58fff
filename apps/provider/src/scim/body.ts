import { decodeUtf8, readBody } from '@sparekey/http';
import { bulkLimits, type Json, refuse } from '@sparekey/scim';
import type { Context } from 'koa';

/** Deeper than any resource or request is; JSON.parse itself would take what no walk over it survives. */
const deepest = 30;

/** Whether brackets nest no deeper than `deepest`, outside of texts; linear, before anything is parsed. */
function isShallow(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inText) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) inText = false;
    } else if (char === 0x22) inText = true;
    else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > deepest) return false;
    } else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return true;
}

/**
 * The JSON of a request, `application/scim+json` or `application/json` (RFC 7644 §8.1), at most 1 MiB. Errors: `invalidSyntax`
 * for what is no JSON or nests too deep, 413, 415.
 */
export async function readScimBody(ctx: Context): Promise<Json> {
  const type = (ctx.req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const wanted = type === 'application/json' ? type : 'application/scim+json';
  const text = decodeUtf8(await readBody(ctx, { type: wanted, limitBytes: bulkLimits.maxPayloadSize }));
  if (!isShallow(text)) refuse('invalidSyntax', `The body nests deeper than ${deepest} levels.`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Without the cause: the parser's message quotes the body, which may hold a password.
    return refuse('invalidSyntax', 'The body is not JSON.');
  }
}
