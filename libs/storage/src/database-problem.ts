import { AppError } from '@sparekey/contracts';

/** Where a database URL leads, without user and password: safe to print. */
export function databaseLocation(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || '5432'}${pathname}`;
}

/**
 * What is wrong with the database and what to do, in one sentence for the person who starts a process; undefined for an error that is
 * not about reaching or using the database (a bug, which deserves its stack). Never holds the URL's password.
 */
export function explainDatabaseError(error: unknown, databaseUrl: string): string | undefined {
  const { code = '', message = '' } = (causeOf(error) ?? {}) as { code?: string; message?: string };
  const where = databaseLocation(databaseUrl);
  const mend = (text: string): string => `DATABASE_URL: ${text}`;
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return mend(`no PostgreSQL answers at ${where} (${code}): start it, or correct host and port`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return mend(`the host of ${where} is not known (${code}): correct its name`);
    case '28P01':
    case '28000':
      return mend(`${where} refuses the user or the password: correct them, or let that user in (pg_hba.conf)`);
    case '3D000':
      return mend(`${where} does not exist: create it with createdb, or correct the name`);
    case '42501':
    case '3F000':
      return mend(`the user may not change the schema of ${where}: make it the owner of the database (${message})`);
    case '53300':
      return mend(`${where} has no connection left: raise max_connections or lower SPAREKEY_DATABASE_POOL_SIZE`);
    case '57P03':
      return mend(`${where} is still starting: try again`);
  }
  // A schema or server that `migrate` refuses: it says itself what to do.
  if (error instanceof AppError && error.code === 'unavailable') return mend(error.message);
  if (/timeout expired|terminated unexpectedly|does not support SSL/.test(message)) return mend(`${where}: ${message}`);
  return undefined;
}

/** What pg or Node said, behind what our statements made of it. */
function causeOf(error: unknown): unknown {
  return error instanceof AppError ? (error.cause ?? error) : error;
}
