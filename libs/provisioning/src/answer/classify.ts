import { isObject, type Json, type ScimResource } from '../plan/resource.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** What came back, or why nothing did. */
export type Answer =
  | { status: number; headers: Record<string, string>; text: string }
  | { failed: 'url' | 'address' | 'redirect' | 'timeout' | 'too_large' | 'network'; why: string };

/** Kinds of failure that metrics and the list of tasks tell apart. */
export const failureClasses = [
  'network',
  'timeout',
  'server',
  'not_scim',
  'too_large',
  'rate',
  'rejected',
  'unauthorized',
  'conflict',
  'stale',
  'gone',
  'unsupported',
  'data',
  'internal',
] as const;
export type FailureClass = (typeof failureClasses)[number];

export type Outcome =
  | { kind: 'ok'; body: ScimResource | undefined; etag: string | undefined }
  /** Try this one again later. */
  | { kind: 'retry'; failure: FailureClass; why: string }
  /** Nobody asks the other side anything for so long; undefined leaves the time to us. */
  | { kind: 'pause'; failure: FailureClass; seconds: number | undefined; why: string }
  /** The same request would fail the same way for ever. */
  | { kind: 'refused'; failure: FailureClass; why: string }
  /** Our credentials or the address are wrong: nothing will work before an operator acts. */
  | { kind: 'quarantine'; failure: FailureClass; why: string }
  /** 409: somebody of this name is there (RFC 7644 §3.3). */
  | { kind: 'taken'; failure: 'conflict'; why: string }
  /** 412: changed meanwhile (RFC 7644 §3.14). */
  | { kind: 'stale'; failure: 'stale'; why: string }
  | { kind: 'gone'; failure: 'gone'; why: string }
  /** The other side does not do this method. */
  | { kind: 'unsupported'; failure: 'unsupported'; why: string };

export type Failure = Exclude<Outcome, { kind: 'ok' }>;

const longestDetail = 300;

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What a SCIM error says (RFC 7644 §3.12), shortened; the begin of the text for anything else. */
function detailOf(status: number, body: Json | undefined): string {
  const said = isObject(body) ? [body.scimType, body.detail].filter((part) => typeof part === 'string') : [];
  const detail = said
    .join(': ')
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, longestDetail);
  return detail === '' ? `answered ${status}` : `answered ${status}: ${detail}`;
}

/** What an answer means for the task, the connection and what comes next. */
export function classify(answer: Answer, now: Date): Outcome {
  if ('failed' in answer) return failedExchange(answer);
  const { status, headers, text } = answer;
  const body = text.trim() === '' ? undefined : parsed(text);
  const why = detailOf(status, body);
  if (status >= 200 && status < 300) {
    if (text.trim() !== '' && !isObject(body))
      return { kind: 'retry', failure: 'not_scim', why: `answered ${status} with something that is no SCIM` };
    return { kind: 'ok', body: isObject(body) ? body : undefined, etag: etagOf(headers, body) };
  }
  const seconds = retryAfterSeconds(headers['retry-after'], now);
  if (status === 429) return { kind: 'pause', failure: 'rate', seconds, why };
  if (status === 503 && seconds !== undefined) return { kind: 'pause', failure: 'server', seconds, why };
  if (status >= 500 && status !== 501) return { kind: 'retry', failure: 'server', why };
  // A page of a proxy or portal says nothing of the request: its status is not the directory's.
  if (text.trim() !== '' && !isObject(body) && status !== 401 && status !== 403) {
    return { kind: 'retry', failure: 'not_scim', why: `answered ${status} with something that is no SCIM` };
  }
  if (status === 401 || status === 403) return { kind: 'quarantine', failure: 'unauthorized', why };
  if (status === 404 || status === 410) return { kind: 'gone', failure: 'gone', why };
  if (status === 409) return { kind: 'taken', failure: 'conflict', why };
  if (status === 412) return { kind: 'stale', failure: 'stale', why };
  if (status === 405 || status === 501) return { kind: 'unsupported', failure: 'unsupported', why };
  if (status === 408 || status === 425) return { kind: 'retry', failure: 'timeout', why };
  return { kind: 'refused', failure: 'rejected', why };
}

function failedExchange({ failed, why }: Extract<Answer, { failed: string }>): Outcome {
  if (failed === 'url' || failed === 'address' || failed === 'redirect') {
    return { kind: 'quarantine', failure: 'network', why };
  }
  return { kind: 'retry', failure: failed, why };
}

function etagOf(headers: Record<string, string>, body: Json | undefined): string | undefined {
  const meta = isObject(body) ? body.meta : undefined;
  const version = isObject(meta) && typeof meta.version === 'string' ? meta.version : undefined;
  return headers.etag ?? version;
}
