import { isNativeError } from 'node:util/types';
import { AppError, type ErrorCode, errorCodes } from '@sparekey/contracts';

/** RFC 9457 problem details: all that a caller learns of a failure. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** The error's public message; absent when it has none. */
  detail?: string;
  code: ErrorCode;
  /** Names the log entry that tells the cause. */
  requestId: string;
}

/** Turns anything thrown into an AppError. What is not ours is `internal`, with the original as its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = codeOfHttpError(thrown);
  if (code !== undefined) return new AppError(code, (thrown as Error).message, { cause: thrown });
  return new AppError('internal', 'unexpected failure', { cause: thrown });
}

/** Koa, its router and raw-body throw http-errors: those they mark as the client's keep their meaning. */
function codeOfHttpError(thrown: unknown): ErrorCode | undefined {
  if (!isNativeError(thrown)) return undefined;
  const { status, expose } = thrown as { status?: unknown; expose?: unknown };
  if (typeof status !== 'number' || expose !== true || status < 400 || status > 499) return undefined;
  const codes: Partial<Record<number, ErrorCode>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not_found',
    405: 'method_not_allowed',
    409: 'conflict',
    413: 'payload_too_large',
    415: 'unsupported_media_type',
    429: 'too_many_attempts',
  };
  return codes[status] ?? 'bad_request';
}

/** The public side of an error. Never its message, stack or cause. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: `urn:sparekey:error:${error.code}`,
    title: errorCodes[error.code].title,
    status: error.status,
    ...(error.publicMessage === undefined ? {} : { detail: error.publicMessage }),
    code: error.code,
    requestId,
  };
}
