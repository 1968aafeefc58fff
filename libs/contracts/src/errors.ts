/**
 * Every error code of the product with the HTTP status it maps to. A code is a public contract: it is documented in
 * docs/reference/errors.md (generated from here) and is never reused for another meaning.
 */
export const errorCodes = {
  bad_request: { status: 400, title: 'The request cannot be read' },
  validation_failed: { status: 400, title: 'A value is missing or not allowed' },
  unauthorized: { status: 401, title: 'Sign in first' },
  invalid_token: { status: 401, title: 'The access token is not accepted' },
  insufficient_user_authentication: { status: 401, title: 'A newer or stronger sign-in is needed' },
  insufficient_scope: { status: 403, title: 'The access token does not reach this' },
  forbidden: { status: 403, title: 'Not allowed' },
  csrf_failed: { status: 403, title: 'The form is not from this session' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'This method is not available here' },
  conflict: { status: 409, title: 'Changed or taken by someone else meanwhile' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'This content type is not accepted' },
  wrong_code: { status: 422, title: 'The code is not right' },
  password_refused: { status: 422, title: 'The password is not allowed' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  sign_in_expired: { status: 410, title: 'This sign-in has expired' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'Too busy at the moment' },
  unavailable: { status: 503, title: 'Not available at the moment' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/**
 * A refusal or an outage. `message` is for operators' logs; people see only the title of the code and `publicMessage`.
 * Expected outcomes (a wrong code, a used code) are values, never an AppError.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly publicMessage: string | undefined;
  /** Seconds after which a retry makes sense; becomes the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { publicMessage?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = errorCodes[code].status;
    this.publicMessage = options.publicMessage;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
