import { AppError, type ErrorCode } from '@sparekey/contracts';

/** SQLSTATE (PostgreSQL, appendix A) to our codes; the class (first two characters) counts where the state has no entry. */
const codes: Record<string, ErrorCode> = {
  '22': 'validation_failed',
  '23502': 'validation_failed',
  '23503': 'conflict',
  '23505': 'conflict',
  '23514': 'validation_failed',
  '40001': 'conflict',
  '40P01': 'conflict',
  '55P03': 'overloaded',
  '57014': 'overloaded',
  '08': 'unavailable',
  '53': 'unavailable',
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
  '25006': 'unavailable',
};

/** What Node and pg say, without a SQLSTATE, when there is no connection or it went away. */
const lostConnection =
  /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)|Connection terminated|timeout exceeded when trying to connect|not queryable/;

/** What pg and Node throw; told by its shape, since an error of Node's own code need not be an instance of our Error. */
interface SqlFailure {
  message: string;
  code?: string;
  constraint?: string;
}

/** The SQLSTATE of a failed statement, also behind an AppError made here. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof AppError) return sqlState(error.cause);
  return isFailure(error) ? error.code : undefined;
}

function isFailure(error: unknown): error is SqlFailure {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}

/** An AppError for what the database refused; anything else (a bug in a statement) as it came. */
export function sqlError(error: unknown, statement: string): unknown {
  if (!isFailure(error) || error instanceof AppError) return error;
  const state = error.code ?? '';
  const lost = lostConnection.test(state) || lostConnection.test(error.message);
  const code = codes[state] ?? codes[state.slice(0, 2)] ?? (lost ? 'unavailable' : undefined);
  if (code === undefined) return error;
  const constraint = error.constraint === undefined ? '' : ` (${error.constraint})`;
  const options = code === 'overloaded' || code === 'unavailable' ? { retryAfterSeconds: 2 } : {};
  return new AppError(code, `${statement}: ${error.message || state}${constraint}`, { cause: error, ...options });
}
