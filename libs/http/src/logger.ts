import { isNativeError } from 'node:util/types';
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * Keys whose value is never written, at the top of an entry or one level down. This is the second belt: the first is
 * that nobody hands such an object to the log (request entries are built from an allow-list, see request-context.ts).
 */
const secretKeys = [
  'authorization',
  'backup_code',
  'body',
  'client_secret',
  'code',
  'code_verifier',
  'confirm_code',
  'cookie',
  'csrf',
  'databaseUrl',
  'email_code',
  'headers',
  'id_token',
  'id_token_hint',
  'masterKey',
  'otp',
  'passphrase',
  'password',
  'query',
  'refresh_token',
  'access_token',
  'secret',
  'set-cookie',
  'sms_code',
  'token',
  'verifier',
] as const;

/** Any path element that is not an identifier needs pino's bracket form. */
const paths = secretKeys.flatMap((key) => (key.includes('-') ? [`["${key}"]`, `*["${key}"]`] : [key, `*.${key}`]));

interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggedError;
}

/**
 * What of an error is written: name, message, code, stack and causes. Not its other fields: pg puts the values of a
 * violated constraint into `detail`, HTTP clients the whole request.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!isNativeError(error)) return { type: typeof error, message: String(error).slice(0, 2000) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message.slice(0, 2000),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack.slice(0, 8000) }),
    ...(error.cause === undefined || depth >= 4 ? {} : { cause: loggedError(error.cause, depth + 1) }),
  };
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * A logger that writes one JSON object a line (so a line break in a value cannot forge an entry) to stdout, or to
 * `destination`. Times are ISO 8601 in UTC. Errors go under `err`.
 */
export function createLogger(options: { level: LogLevel; name: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      name: options.name,
      timestamp: pino.stdTimeFunctions.isoTime,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
      serializers: { err: (error) => loggedError(error) },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
