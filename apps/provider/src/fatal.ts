import { SettingsError } from '@sparekey/config';
import { AppError } from '@sparekey/contracts';
import { explainDatabaseError } from '@sparekey/storage';

/**
 * Ends the process with what to do about it: one paragraph for what an operator can mend (settings, database, master
 * key, port, realm file), a stack only for what is our fault.
 */
export function endWithReason(error: unknown, databaseUrl: string | undefined): never {
  const explained = databaseUrl === undefined ? undefined : explainDatabaseError(error, databaseUrl);
  process.stderr.write(`${error instanceof SettingsError ? error.message : explain(error, explained)}\n`);
  process.exit(1);
}

function explain(error: unknown, explained: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  const mendable = error instanceof AppError || isPortProblem(error);
  return `Sparekey does not start.\n  ${explained ?? (mendable ? error.message : error.stack)}`;
}

/** `listen` of @sparekey/http puts the mend into the message and the system's error beneath it. */
function isPortProblem(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'listen';
}
